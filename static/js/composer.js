// Ctrl+Enter or Cmd+Enter presses the button that is shown: the reply's or the note's; with Shift the reply resolves, and
// the next ticket opens. Changing the mode goes on writing.
// What is empty is not sent, and nothing is sent before its files are.
import { focus, form, isEmpty } from "js/editor.js";
import { finished } from "js/uploads.js";

function shownButton(composer) {
  return [...composer.querySelectorAll(".bottom > .split > button, .bottom > button[type=submit]")].find((button) => button.checkVisibility()); // prettier-ignore
}

// What the form sends beside a button: nothing, once it was refused and the page came back.
function goOn(composer) {
  composer.append(Object.assign(document.createElement("input"), { type: "hidden", name: "goes_on", value: "y" }));
  const resolves = composer.querySelector('button[name="status"][value="resolved"]');
  return composer.elements.mode?.value === "reply" && resolves ? resolves : shownButton(composer);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const composer = event.target.closest("form[data-composer]");
  if (!composer) return;
  event.preventDefault();
  // the editor hands its last letters to the form with the next frame
  requestAnimationFrame(() => composer.requestSubmit(event.shiftKey ? goOn(composer) : shownButton(composer)));
});

document.addEventListener("click", (event) => {
  if (event.target.name !== "mode") return;
  const composer = event.target.closest("form[data-composer]");
  if (composer === form) focus();
  else composer?.querySelector("textarea").focus();
});

// On the window, and while the event comes down: before the form counts as sent.
window.addEventListener(
  "submit",
  async (event) => {
    if (event.target !== form || !form.contains(event.submitter)) return;
    const isUnready = isEmpty();
    if (!isUnready && !form.querySelector("progress:not([hidden])")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isUnready) return focus();
    const button = event.submitter;
    button.setAttribute("aria-busy", "true");
    await finished();
    button.removeAttribute("aria-busy");
    if (!form.querySelector("[data-waiting] .bad")) form.requestSubmit(button);
  },
  true,
);
