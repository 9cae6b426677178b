// Addresses typed for an answer become ticks like the others: with a comma, with Enter, or when one goes on elsewhere.
// What is no address stays in its field. Taking one out again is the tick's own work.
const LIKELY = /^[^\s@<>]+@[^\s@<>]+$/;
const place = document.querySelector("[data-recipients]");

function addressIn(text) {
  return (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();
}

function known(address) {
  const same = (box) => box.value.toLowerCase() === address.toLowerCase();
  return [...document.querySelectorAll("[data-recipients] .recipient input")].find(same);
}

function group(kind) {
  return document.querySelector(`[data-recipients] > [data-kind="${kind}"]`);
}

function tick(kind, address) {
  known(address)?.closest("label").remove();
  const made = document.querySelector("template[data-recipient]").content.firstElementChild.cloneNode(true);
  const box = made.querySelector("input");
  Object.assign(box, { name: kind, value: address, checked: true });
  const name = made.querySelector("bdi");
  name.textContent = name.title = address;
  group(kind).hidden = false;
  group(kind).append(made);
}

function take(field, { isDone }) {
  const parts = field.value.split(/[,;\n]/);
  const last = isDone ? [] : parts.splice(-1);
  const left = parts.map((part) => part.trim()).filter(Boolean).filter((part) => {
    const address = addressIn(part);
    if (LIKELY.test(address)) tick(field.name.replace("_typed", ""), address);
    return !LIKELY.test(address);
  }); // prettier-ignore
  const isWrong = left.length > 0;
  field.value = [...left, ...last].join(", ").trimStart();
  field.toggleAttribute("aria-invalid", isWrong);
  if (isWrong) field.setAttribute("aria-invalid", "true");
  for (const each of document.querySelectorAll("[data-recipients] > [data-kind]")) each.hidden = !each.querySelector("label");
  changed();
}

// The draft keeps who was chosen; a page that is renewed leaves it alone.
function changed() {
  const now = document.querySelector("[data-recipients]");
  now.dataset.touched = "";
  now.closest("form").dispatchEvent(new CustomEvent("composer:change"));
}

const typed = (event) => (event.target.matches?.("[data-recipients] .typed input") ? event.target : null);

document.addEventListener("input", (event) => {
  const field = typed(event);
  if (field && /[,;\n]/.test(field.value)) take(field, { isDone: false });
});

document.addEventListener("keydown", (event) => {
  const field = typed(event);
  if (!field || event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.defaultPrevented) return; // somebody was chosen from the list
  event.preventDefault();
  take(field, { isDone: true });
});

document.addEventListener("focusout", (event) => {
  const field = typed(event);
  if (field?.value.trim()) take(field, { isDone: true });
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-recipients] .recipient input")) changed();
});

// Opened, one goes on typing whom to add.
place?.querySelector("details").addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector('[name="cc_typed"]').focus();
});

// Enter in the field for an own moment means the button beside it, not the first one of the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.type !== "datetime-local") return;
  const button = event.target.closest(".own-moment")?.querySelector("button");
  if (!button) return;
  event.preventDefault();
  button.click();
});
