// What a newer page of a list shows, taken over: in rows at once, rows that came, went or moved on a press on a button while
// the pointer, the focus, a selection or the scrolling shows that somebody works in the list.
import { changes, isSame, list, patchRows, swapRows } from "js/list_rows.js";

const news = document.getElementById("list-news");
const said = document.getElementById("list-said");
let waiting = null; // the newest list, whose rows are offered

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

export function take(page) {
  const fresh = page.getElementById("list");
  if (!fresh) return;
  list.dataset.version = fresh.dataset.version;
  patchHead(page);
  patchRows(fresh);
  if (isSame(fresh)) settle();
  else if (isBusy()) offer(fresh);
  else show(fresh);
}

news?.addEventListener("click", () => {
  if (!waiting) return;
  list.scrollTop = 0;
  show(waiting);
  list.focus({ preventScroll: true });
});
