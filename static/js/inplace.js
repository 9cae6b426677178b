// On the ticket's page: a property is saved as soon as it is chosen, and forms marked data-inplace are sent without leaving.
// Whatever the desk does not take at once (a conflict, a mistake) goes the way it goes without script.
import { pageIn, renew } from "js/renew.js";

async function send(form, button, data, cause) {
  const answer = await fetch(button?.getAttribute("formaction") ?? form.action, {
    method: "POST",
    headers: { "HX-Request": "true" },
    body: new URLSearchParams(data),
  }).catch(() => null);
  if (!answer?.ok || !answer.redirected) return false;
  const page = pageIn(await answer.text());
  if (page) renew(page, { cause });
  else location.assign(answer.url); // out of sight now, or signed out
  return true;
}

async function saveForm(form, button) {
  const data = new FormData(form, button);
  const isSaved = await send(form, button, data, form);
  form.dispatchEvent(new CustomEvent("htmx:finally:request", { bubbles: true }));
  if (!isSaved) form.submit();
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("form[data-inplace]") || !document.getElementById("thread")) return;
  event.preventDefault();
  saveForm(event.target, event.submitter);
});

let saving = Promise.resolve();

// Where another save has put a new form in place meanwhile, what it says was seen is what holds.
async function saveField(name, value) {
  const field = document.getElementById(`new-${name}`);
  const { form } = field;
  const seen = form.elements[`seen-${name}`];
  const button = document.querySelector("[data-saves-all]");
  const data = [["csrf_token", form.elements.csrf_token.value], [seen.name, seen.value], [field.name, value]];
  field.setAttribute("aria-busy", "true");
  const isSaved = await send(form, button, data, field);
  field.removeAttribute("aria-busy");
  if (isSaved) return;
  field.value = value;
  form.requestSubmit(button);
}

// One after the other: the second must not say it saw what the first has just changed.
function save(field) {
  const { value } = field;
  saving = saving.then(() => saveField(field.dataset.saves, value));
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
