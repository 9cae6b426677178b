// Theme and density. Staff's are kept by the desk, which writes them into the page; everybody else's by this browser,
// where layouts/_appearance.js applies them at load.
const root = document.documentElement;
const isKeptByDesk = "chosen" in root.dataset;

function connect(fieldset, name) {
  fieldset.hidden = false;
  const chosen = (isKeptByDesk ? root.dataset[name] : localStorage.getItem(name)) ?? "";
  for (const radio of fieldset.querySelectorAll("input")) radio.checked = radio.value === chosen;
  fieldset.addEventListener("change", (event) => choose(name, event.target.value));
}

function choose(name, value) {
  show(name, value);
  if (isKeptByDesk) return; // tried out on this page alone
  if (value) localStorage.setItem(name, value);
  else localStorage.removeItem(name);
}

function show(name, value) {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
}

for (const name of ["theme", "density"]) {
  for (const fieldset of document.querySelectorAll(`[data-${name}-switch]`)) connect(fieldset, name);
}

// The buttons of the account's menu: without script they are a form and load the page again.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const { value } = event.submitter;
  show("theme", value === "system" ? "" : value);
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", button === event.submitter);
  fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
});
