// Back to the same place: where a list was scrolled to, which row was current and what was ticked wait in this tab under
// the list's address. Coming back from a ticket, from a look at a deed or with the browser's Back, they are there again.
import { mark } from "js/rows.js";
import { boxes, tick, ticked } from "js/selection.js";

let isSent = false;
const list = document.querySelector("[data-place], .queue > .list");
const here = addressOf(location);
const TICKET = /^\/agent\/tickets\/([^/]+)/;
const LOOK = "/agent/bulk-edits";
const MOMENT = 1600; // ms for which the row one came from is marked

/** However its parameters are spelled and ordered. */
function addressOf(url) {
  const args = new URLSearchParams(url.search);
  args.sort();
  return `${url.pathname}?${args}`;
}

const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");
const write = (key, value) => sessionStorage.setItem(key, JSON.stringify(value));

function top(row) {
  return row.getBoundingClientRect().top - list.getBoundingClientRect().top;
}

function keep() {
  const row = document.querySelector(".ticket[data-current]");
  const seen = [...list.querySelectorAll(".ticket")].find((each) => top(each) >= 0);
  write(`place ${here}`, {
    scroll: list.scrollTop,
    anchor: seen && [seen.id, top(seen)],
    current: row?.id,
    ticked: ticked().map((box) => box.value),
    all: Boolean(document.getElementById("bulk")?.elements.namedItem("all")?.checked),
    isSent,
  });
  write("list", location.href);
}

function cameBack() {
  const [entry] = performance.getEntriesByType("navigation");
  if (["back_forward", "reload"].includes(entry?.type)) return true;
  const from = document.referrer && new URL(document.referrer);
  if (!from || from.origin !== location.origin) return false;
  const wasHere = read("list") && addressOf(new URL(read("list"))) === here;
  const isNear = TICKET.test(from.pathname) || from.pathname.startsWith(LOOK);
  return addressOf(from) === here || (wasHere && isNear);
}

function restore() {
  const kept = read(`place ${here}`);
  if (!kept || !cameBack()) return;
  const anchor = kept.anchor && document.getElementById(kept.anchor[0]);
  list.scrollTop = anchor ? list.scrollTop + top(anchor) - kept.anchor[1] : kept.scroll;
  if (!kept.isSent) restoreTicks(kept);
  mark(document.getElementById(kept.current ?? ""));
  welcome();
}

function restoreTicks(kept) {
  if (kept.ticked.length) tick(kept.ticked);
  const all = document.getElementById("bulk")?.elements.namedItem("all");
  if (all && kept.all && boxes().every((box) => box.checked)) all.checked = true;
}

/** The row of the ticket one looked at last: in sight, and marked for a moment. */
function welcome() {
  const row = document.getElementById(read("ticket") ?? "");
  sessionStorage.removeItem("ticket");
  if (!row || !list.contains(row)) return;
  row.scrollIntoView({ block: "nearest" });
  row.dataset.cameFrom = "";
  if (document.querySelector("[data-current]")) mark(row);
  setTimeout(() => delete row.dataset.cameFrom, MOMENT);
}

/** On a ticket's page the way back leads to the page of the list one was on, not to its first. */
function leadBack(number) {
  write("ticket", decodeURIComponent(number));
  const last = read("list");
  const back = document.querySelector("[data-back]");
  if (!last || !back) return;
  const [to, from] = [new URL(back.href), new URL(last)];
  const same = (name) => to.searchParams.get(name) === from.searchParams.get(name);
  if (to.pathname === from.pathname && same("q") && same("sort")) back.href = last;
}

/** Whether a deed was done to what is ticked in the list one came from: then it is not ticked again. */
function remember(isSent) {
  const last = read("list");
  const place = last && `place ${addressOf(new URL(last))}`;
  if (place) write(place, { ...read(place), isSent });
}

if (list) {
  restore();
  window.addEventListener("pagehide", keep);
  window.addEventListener("pageshow", (event) => {
    isSent = false;
    if (event.persisted) welcome();
  });
} else if (location.pathname.startsWith(LOOK)) {
  // nothing has been done to what was ticked, until the button here is pressed
  remember(false);
} else {
  const [, number] = TICKET.exec(location.pathname) ?? [];
  if (number) leadBack(number);
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.action.includes(LOOK)) return;
  if (list) isSent = true;
  else remember(true);
});
