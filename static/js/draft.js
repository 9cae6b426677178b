// What was being written waits in this tab while one looks elsewhere or presses another button, and stands there again
// on the way back. Sending it, or signing out, forgets it.
const composer = document.querySelector("form[data-composer]");
const place = composer && `draft ${composer.getAttribute("action")}`;
let isDone = false;

function keep() {
  const content = composer.elements.content.value;
  if (content.trim() && !isDone) sessionStorage.setItem(place, JSON.stringify([content, composer.elements.mode.value]));
}

function restore() {
  const kept = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  if (!kept || composer.elements.content.value) return;
  const [content, mode] = JSON.parse(kept);
  composer.elements.content.value = content;
  composer.elements.mode.value = mode;
}

// The button that saves the properties belongs to the form and stands outside of it: it sends no answer.
function sends(button) {
  return !button || composer.contains(button);
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/logout") {
    isDone = true;
    sessionStorage.clear();
  }
  if (event.target === composer && !event.defaultPrevented) isDone = sends(event.submitter);
});

// Without script the text goes along and comes back in the answer; here it stays, and Back works.
document.addEventListener("formdata", (event) => {
  if (event.target === composer && !isDone) event.formData.delete("content");
});

if (composer) {
  restore();
  window.addEventListener("pagehide", keep);
  window.addEventListener("pageshow", () => (isDone = false));
}
