// Ctrl+K or ⌘K: everything one can do on this page, by its name (the same buttons are pressed), every page one can go to, and
// what is searched for by name: tickets, people, tags. Off with the other keys.
import { Combobox, group } from "js/combobox.js";
import { isSeen } from "js/rows.js";
import { asked } from "js/suggest.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const BUTTONS = "a.button, button, summary, .menu-item, [data-key]";
const SELECTS = "select[data-saves]";
const MOST = 12;

const said = (element) => (element.getAttribute("aria-label") || element.innerText || element.textContent).replace(/\s+/g, " ").trim();

/** The element can be pressed: it is seen, or an item of a closed menu that can be opened. */
function isReachable(element) {
  const menu = element.closest(".menu-panel")?.closest("details.menu:not([open])");
  return menu ? element.matches(".menu-item") && isSeen(menu.querySelector("summary")) : isSeen(element);
}

function nameOf(element) {
  const keys = element.querySelector("kbd");
  const name = said(element).replace(keys?.textContent ?? "", "").trim();
  const menu = element.closest(".menu-panel")?.closest("details.menu")?.querySelector("summary");
  const within = menu?.matches("[data-key], .composer *") ? said(menu).replace(menu.querySelector("kbd")?.textContent ?? "", "").trim() : "";
  return within ? `${within}: ${name}` : name;
}

function commands() {
  const found = new Map();
  const add = (name, run, second = "") => name && !found.has(name) && found.set(name, { name, second, run });
  const main = document.getElementById("main");
  for (const each of main.querySelectorAll(BUTTONS)) {
    if (each.disabled || each.matches("input, select, textarea") || !isReachable(each)) continue;
    add(nameOf(each), () => each.click(), each.querySelector("kbd")?.textContent);
  }
  for (const field of main.querySelectorAll(SELECTS)) {
    if (!isSeen(field)) continue;
    const label = field.labels[0] ? said(field.labels[0]) : "";
    for (const choice of field.options) if (!choice.selected) add(`${label}: ${choice.text.trim()}`, () => set(field, choice.value));
  }
  for (const link of document.querySelectorAll(".sidebar a.nav-item")) add(said(link.querySelector("span")), () => link.click());
  return [...found.values()];
}

function set(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function matching(all, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ name }) => words.every((word) => ` ${name.toLowerCase().replace(/[:“"(]/g, " ")}`.includes(` ${word}`));
  return all.filter(fits).slice(0, text ? MOST : undefined);
}

let all = [];

async function find(text, signal) {
  const here = matching(all, text);
  const own = here.length ? [group(dialog.dataset.here, here)] : [];
  if (!text.trim()) return own;
  box.show(own); // at once; what the desk knows comes below it
  const place = document.createElement("template");
  place.innerHTML = await asked(input.dataset.suggestions, text, signal, { only: "names" });
  const names = new Set(here.map(({ name }) => name));
  for (const option of place.content.querySelectorAll("[role=option][data-url]")) {
    if (names.has(option.textContent.trim())) option.remove();
  }
  const others = [...place.content.children].filter((each) => each.querySelector("[role=option]"));
  return [...own, ...others];
}

function choose(option) {
  dialog.close();
  if (option.dataset.url) location.assign(option.dataset.url);
  else option.stands.run();
}

const box = dialog && new Combobox(input, dialog.querySelector(".suggestions"), { find, choose, isOpen: true });

export function openPalette() {
  if (!dialog || dialog.open) return;
  const opened = [...document.querySelectorAll("dialog[open]")];
  if (opened.length) return;
  all = commands();
  input.value = "";
  dialog.showModal();
  box.ask();
}

dialog?.addEventListener("click", (event) => event.target === dialog && dialog.close());

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  if (event.defaultPrevented || !document.documentElement.hasAttribute("data-keys") || !dialog) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else openPalette();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-palette-opens]")) return;
  event.target.closest("[popover]")?.hidePopover();
  openPalette();
});
