// Theme and density, chosen by radio buttons and kept by this browser. layouts/_appearance.js applies them at load.
function connect(fieldset, name) {
  fieldset.hidden = false;
  const chosen = localStorage.getItem(name) ?? "";
  for (const radio of fieldset.querySelectorAll("input")) radio.checked = radio.value === chosen;
  fieldset.addEventListener("change", (event) => choose(name, event.target.value));
}

function choose(name, value) {
  if (value) {
    localStorage.setItem(name, value);
    document.documentElement.dataset[name] = value;
  } else {
    localStorage.removeItem(name);
    delete document.documentElement.dataset[name];
  }
}

for (const name of ["theme", "density"]) {
  for (const fieldset of document.querySelectorAll(`[data-${name}-switch]`)) connect(fieldset, name);
}
