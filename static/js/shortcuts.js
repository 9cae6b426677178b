// The list of keys, fetched when somebody asks for it: only those that do something on this page are shown.
import { elementFor } from "js/press.js";
import { boxOf, rows } from "js/rows.js";

const IN_LIST = { next: rows, previous: rows, open: rows, select: boxes, select_range: boxes, select_all: boxes };
const ON_SELECTION = ["assign", "take", "team", "priority", "status", "tags"];
const dialog = document.getElementById("shortcuts");

function boxes() {
  return rows().filter(boxOf);
}

function worksHere(act) {
  if (["next", "previous"].includes(act) && elementFor(`${act}_ticket`)) return true;
  if (act in IN_LIST) return IN_LIST[act]().length > 0;
  if (ON_SELECTION.includes(act) && boxes().length) return Boolean(document.querySelector(`[data-key="${act}"]`));
  if (act === "composer") return Boolean(document.querySelector("form[data-composer]"));
  return act === "always" || act === "help" || Boolean(elementFor(act));
}

export function help() {
  if (!dialog) return false;
  show();
  return true;
}

async function show() {
  if (!dialog.firstElementChild) {
    const answer = await fetch(dialog.dataset.list).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    dialog.innerHTML = await answer.text();
  }
  for (const line of dialog.querySelectorAll("[data-for]")) line.hidden = !worksHere(line.dataset.for);
  for (const part of dialog.querySelectorAll("section")) part.hidden = !part.querySelector("[data-for]:not([hidden])");
  if (!dialog.open) dialog.showModal();
}

// Before js/dialogs.js would open what is still empty.
document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest('[data-opens="shortcuts"]')) return;
    event.preventDefault();
    event.stopPropagation();
    help();
  },
  true,
);
