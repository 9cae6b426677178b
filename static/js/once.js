// A form marked data-once is sent once: a second press does nothing, and the pressed button shows that it works.
// The server's submission key is what really keeps the deed single; this keeps the hand from trying.
const sent = new WeakSet();

function begin(form, button) {
  sent.add(form);
  button?.setAttribute("aria-busy", "true");
}

function finish(form) {
  sent.delete(form);
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
}

// In the capture phase, before htmx or the browser take the form.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-once")) return;
    if (!sent.has(form)) return begin(form, event.submitter);
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form[data-once]");
  if (form) finish(form);
});

// Back from the browser's memory the page is as it was left: busy.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once]").forEach(finish);
});
