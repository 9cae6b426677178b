// A list of tickets stays up to date while it is seen: one small question every few seconds, most often answered by 304.
// What changed in a row is written where it stands. Rows that came, went or moved wait for a press on a button while the
// pointer, the focus, a selection or the scrolling shows that somebody works in the list.
import { changes, isSame, list, patchRows, swapRows } from "js/list_rows.js";

const EVERY = 10_000;
const LONGEST = 120_000;
const news = document.getElementById("list-news");
const said = document.getElementById("list-said");
let waiting = null; // the newest list, whose rows are offered
let pause = EVERY;
let asking = false;
let last = Date.now();
let timer;

function isBusy() {
  const marked = getSelection();
  return (
    list.matches(":hover") ||
    list.contains(document.activeElement) ||
    list.scrollTop > 0 ||
    list.querySelector("tbody :checked") !== null ||
    (!marked.isCollapsed && list.contains(marked.anchorNode))
  );
}

function patchHead(page) {
  document.title = page.title;
  const [old, fresh] = [document, page].map((each) => each.querySelector("h1"));
  if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
  for (const count of page.querySelectorAll(".sidebar .nav-item .count")) {
    const item = document.querySelector(`.sidebar .nav-item[href="${count.parentElement.getAttribute("href")}"] .count`);
    if (item && item.outerHTML !== count.outerHTML) item.replaceWith(document.importNode(count, true));
  }
}

function offer(fresh) {
  waiting = fresh;
  const count = changes(fresh);
  const words = count === 1 ? news.dataset.one : news.dataset.many.replace("{n}", count);
  if (news.hidden || said.textContent !== words) said.textContent = words;
  news.querySelector("span").textContent = words;
  news.hidden = false;
}

function settle() {
  waiting = null;
  news.hidden = true;
  said.textContent = "";
}

function show(fresh) {
  swapRows(fresh);
  settle();
}

function take(page) {
  const fresh = page.getElementById("list");
  if (!fresh) return;
  list.dataset.version = fresh.dataset.version;
  patchHead(page);
  patchRows(fresh);
  if (isSame(fresh)) settle();
  else if (isBusy()) offer(fresh);
  else show(fresh);
}

async function ask() {
  const headers = { "X-Polling": "true", "If-None-Match": `"${list.dataset.version}"` };
  const answer = await fetch(location.href, { headers, cache: "no-store", redirect: "error" });
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(String(answer.status));
  take(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

async function round() {
  if (document.hidden || asking) return;
  asking = true;
  last = Date.now();
  try {
    await ask();
    pause = EVERY;
  } catch {
    pause = Math.min(pause * 2, LONGEST); // the desk is away, or we are signed out: ask ever more rarely
  } finally {
    asking = false;
  }
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => round().finally(wait), pause);
}

if (list?.dataset.version && news) {
  wait();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - last > EVERY) round().finally(wait);
  });
  // shown again out of the browser's own memory: what it shows may be old
  addEventListener("pageshow", (event) => event.persisted && round().finally(wait));
  news.addEventListener("click", () => {
    if (!waiting) return;
    list.scrollTop = 0;
    show(waiting);
    list.focus({ preventScroll: true });
  });
}
