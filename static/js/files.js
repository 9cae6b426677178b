// Shows the chosen files with their sizes, says which are too many or too large, and lets one be taken out again.
// The limits and the sentences are data of the list; the server checks all of it again.
const LIST = "[data-picked]";

function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const style = { style: "unit", unit: units[power], maximumFractionDigits: power > 1 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(bytes / 1000 ** power);
}

function complaint(files, limits) {
  if (files.length > Number(limits.maxFiles)) return limits.tooMany;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return total > Number(limits.maxBytes) ? limits.tooLarge : "";
}

function without(input, unwanted) {
  const kept = new DataTransfer();
  for (const file of input.files) if (file !== unwanted) kept.items.add(file);
  input.files = kept.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function row(template, input, file, words) {
  const item = template.content.firstElementChild.cloneNode(true);
  const name = item.querySelector("[data-name]");
  name.textContent = name.title = file.name;
  item.querySelector("[data-size]").textContent = words || size(file.size);
  item.firstElementChild.classList.toggle("bad", Boolean(words));
  item.querySelector("button").addEventListener("click", () => without(input, file));
  return item;
}

document.addEventListener("change", (event) => {
  const input = event.target;
  const list = input.type === "file" && input.closest(".field, form")?.querySelector(LIST);
  if (!list) return;
  const files = [...input.files];
  const words = complaint(files, list.dataset);
  input.setCustomValidity(words);
  const template = list.parentElement.querySelector("template[data-picked-row]");
  list.replaceChildren(...files.map((file) => row(template, input, file, words)));
});
