// The keyboard, for who works here all day. Lists have j k o x; every other key presses what says data-key="…" and can
// be seen. Off where the page does not say data-keys (a preference), silent while somebody types or a menu is open.
// docs/keyboard.md is the list.
import { form as composer, ready } from "js/editor.js";
import { clear, toggle } from "js/selection.js";

const ROWS = ".ticket, [data-row]";
const TYPING = 'textarea, select, trix-editor, [contenteditable]:not([contenteditable="false"]), input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="reset"])'; // prettier-ignore
const OPEN = "dialog[open], details.menu[open], :popover-open";

const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });
const rows = () => [...document.querySelectorAll(ROWS)].filter(isSeen);
const linkOf = (row) => row.querySelector("a.title, a[href]");
const boxOf = (row) => row.querySelector('input[name="number"]');

/** The row the keys act on: the one with the focus, else the one that had it. */
export function current() {
  return document.activeElement?.closest(ROWS) ?? document.querySelector("[data-current]");
}

export function mark(row) {
  for (const each of document.querySelectorAll("[data-current]")) if (each !== row) delete each.dataset.current;
  if (row) row.dataset.current = "";
}

/** Go to a row: it gets the focus, and its list scrolls as little as it must. */
function visit(row) {
  mark(row);
  linkOf(row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return press(by > 0 ? "]" : "[");
  const at = all.indexOf(current() ?? document.querySelector("[data-came-from]"));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  visit(all[next]);
  return true;
}

function open() {
  const row = current();
  if (row) linkOf(row)?.click();
  return Boolean(row);
}

function pick(isRange) {
  const row = current() ?? rows()[0];
  const box = row && boxOf(row);
  if (!box) return false;
  if (!current()) visit(row);
  toggle(box, isRange);
  return true;
}

/** What a key presses here; where nothing can be seen that says so, the address the list of keys has for it. */
function elementFor(key) {
  const name = CSS.escape(key);
  return [...document.querySelectorAll(`[data-key="${name}"]`)].find(isSeen) ?? document.querySelector(`[data-leads="${name}"]`);
}

/** Do what an element is there for. A menu opens on its first item, a field is ready to be typed into. */
function press(key) {
  const found = elementFor(key);
  if (!found) return false;
  if (found.matches("input, textarea, select")) {
    found.focus();
    found.select?.();
    return true;
  }
  found.click();
  if (found.matches("summary")) found.parentElement.querySelector(".menu-panel :is(a, button, input, select)")?.focus();
  return true;
}

function help() {
  const dialog = document.getElementById("shortcuts");
  if (!dialog) return false;
  show(dialog);
  dialog.showModal();
  return true;
}

/** Only the keys that do something on this page. */
function show(dialog) {
  for (const line of dialog.querySelectorAll("[data-for]")) line.hidden = !worksHere(line.dataset.for);
  for (const part of dialog.querySelectorAll("section")) part.hidden = !part.querySelector("[data-for]:not([hidden])");
}

function worksHere(what) {
  if (what === "rows") return rows().length > 0;
  if (what === "boxes") return rows().some(boxOf);
  if (what === "composer") return Boolean(document.querySelector("form[data-composer]"));
  return what === "always" || Boolean(document.querySelector(`[data-key="${CSS.escape(what)}"]`));
}

const DEEDS = {
  j: () => step(1),
  k: () => step(-1),
  o: open,
  x: () => pick(false),
  X: () => pick(true),
  "?": help,
  // a link or a button knows what Enter means
  Enter: () => !document.activeElement?.closest("a, button, summary, label") && open(),
  Escape: clear,
};

// Until the editor stands where the field was, who has begun to write may lose the focus for a moment: their letters are no
// deeds, and the editor gets the focus as soon as it is there.
let isReady = !composer;
let wanted = null;
composer?.addEventListener("focusin", (event) => {
  if (event.target.matches(TYPING)) wanted ??= "r";
});
ready.then(() => {
  isReady = true;
  const isNowhere = document.activeElement === document.body || document.activeElement?.name === "mode";
  if (wanted && isNowhere) press(composer.elements.mode?.value === "note" ? "n" : "r");
});

function isEarly(key) {
  if (isReady) return false;
  if (key === "r" || key === "n") wanted = key;
  return Boolean(wanted) && key !== wanted;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!document.documentElement.hasAttribute("data-keys") || document.querySelector(OPEN)) return;
  if (event.target.closest?.(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (isEarly(event.key)) return;
  if (event.repeat && !["j", "k"].includes(event.key)) return;
  const done = DEEDS[event.key] ? DEEDS[event.key]() : event.key.length === 1 && press(event.key);
  if (done) event.preventDefault();
});

// Whatever brings the focus into a row makes it the one that j and k go on from.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(ROWS);
  if (row && event.target.matches(":focus-visible")) mark(row);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest('[data-opens="shortcuts"]');
  if (opener) show(document.getElementById("shortcuts"));
});
