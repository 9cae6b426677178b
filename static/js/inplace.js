// On the ticket's page: a property is saved as soon as it is chosen, and forms marked data-inplace are sent without leaving.
// Whatever the desk does not take at once (a conflict, a mistake) goes the way it goes without script.
import { pageIn, renew } from "js/renew.js";

async function send(form, button, data) {
  const answer = await fetch(button?.getAttribute("formaction") ?? form.action, {
    method: "POST",
    headers: { "HX-Request": "true" },
    body: new URLSearchParams(data),
  }).catch(() => null);
  const page = answer?.ok && !answer.redirected ? pageIn(await answer.text()) : null;
  if (page) renew(page);
  else if (answer?.redirected) location.assign(answer.url);
  return Boolean(page || answer?.redirected);
}

async function saveForm(form, button) {
  const data = new FormData(form, button);
  const isSaved = await send(form, button, data);
  form.dispatchEvent(new CustomEvent("htmx:finally:request", { bubbles: true }));
  if (!isSaved) form.submit();
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("form[data-inplace]") || !document.getElementById("thread")) return;
  event.preventDefault();
  saveForm(event.target, event.submitter);
});

const seenOf = (field) => field.form.elements[`seen-${field.dataset.saves}`];
let saving = Promise.resolve();

async function saveField(field) {
  const [form, seen] = [field.form, seenOf(field)];
  const button = document.querySelector("[data-saves-all]");
  const data = [["csrf_token", form.elements.csrf_token.value], [seen.name, seen.value], [field.name, field.value]];
  field.setAttribute("aria-busy", "true");
  const isSaved = await send(form, button, data);
  field.removeAttribute("aria-busy");
  if (!isSaved) form.requestSubmit(button);
}

// One after the other: the second must not say it saw what the first has just changed.
function save(field) {
  saving = saving.then(() => saveField(document.getElementById(field.id) ?? field));
}

const isMoment = (field) => field.type === "datetime-local";

document.addEventListener("change", (event) => {
  const field = event.target;
  // every digit typed into a moment changes it: it is saved when one goes on
  if (field.matches("select[data-saves]")) save(field);
});

document.addEventListener("focusout", (event) => {
  const field = event.target;
  if (field.matches?.("input[data-saves]") && isMoment(field) && field.value !== field.defaultValue) save(field);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("input[data-saves]")) return;
  event.preventDefault(); // it belongs to the composer's form, which must not be sent
  event.target.blur();
});
