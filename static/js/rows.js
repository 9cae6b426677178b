// The rows of a list, and the one that the keys act on. Rows are `.ticket` and whatever says data-row; their link is
// a.title, else their first one. The focus itself moves; the row it was on stays framed when the focus goes on to the bar.
import { toggle } from "js/selection.js";

const ROWS = ".ticket, [data-row]";

export const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });
export const rows = () => [...document.querySelectorAll(ROWS)].filter(isSeen);
export const boxOf = (row) => row.querySelector('input[name="number"]');
const linkOf = (row) => row.querySelector("a.title, a[href]");

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

/** Some rows on or back; false where there are none. */
export function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current() ?? document.querySelector("[data-came-from]"));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  visit(all[next]);
  return true;
}

export function open() {
  const row = current();
  if (row) linkOf(row)?.click();
  return Boolean(row);
}

export function pick(isRange) {
  const row = current() ?? rows()[0];
  const box = row && boxOf(row);
  if (!box) return false;
  if (!current()) visit(row);
  toggle(box, isRange);
  return true;
}

export function pickAll() {
  const box = document.querySelector("[data-picks-all]");
  box?.click();
  return Boolean(box);
}

// Whatever brings the focus into a row makes it the one that one goes on from.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(ROWS);
  if (row && event.target.matches(":focus-visible")) mark(row);
});
