// A list of tickets stays up to date while it is seen: one small question every few seconds, most often answered by 304.
// What changed in a row is written into it where it stands. Rows that came, went or moved wait for a press on a button
// while the pointer, the focus, a selection or the scrolling shows that somebody works in the list.
const EVERY = 10_000;
const LONGEST = 120_000;
const list = document.getElementById("list");
const news = document.getElementById("list-news");
let waiting = null; // the newest page, whose rows are offered
let pause = EVERY;
let asking = false;
let last = Date.now();
let timer;

const rowsIn = (root) => [...root.querySelectorAll("tr.ticket")];
const order = (root) => [...root.querySelectorAll("tbody")].map((body) => [...body.rows].map((row) => row.id || "·").join());

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

// The box is the reader's; a cell with the focus is left alone until the next time.
function patchRow(row, fresh) {
  if (row.className !== fresh.className) row.className = fresh.className;
  for (const [place, cell] of [...row.cells].entries()) {
    const other = fresh.cells[place];
    if (!other || cell.querySelector(".check") || cell.innerHTML === other.innerHTML) continue;
    const link = cell.contains(document.activeElement) && cell.querySelector("a");
    if (!link) cell.innerHTML = other.innerHTML;
    else if (link.textContent !== other.querySelector("a").textContent) link.textContent = other.querySelector("a").textContent;
  }
}

function patchRows(page) {
  for (const fresh of rowsIn(page)) {
    const row = document.getElementById(fresh.id);
    if (row && list.contains(row)) patchRow(row, fresh);
  }
}

function patchHead(page) {
  document.title = page.title;
  for (const place of ["h1", ".sidebar > nav"]) {
    const [old, fresh] = [document, page].map((each) => each.querySelector(place));
    if (!old || !fresh || old.innerHTML === fresh.innerHTML) continue;
    if (place === "h1") old.innerHTML = fresh.innerHTML;
    else patchCounts(old, fresh);
  }
}

function patchCounts(old, fresh) {
  for (const item of fresh.querySelectorAll(".nav-item")) {
    const mine = old.querySelector(`.nav-item[href="${item.getAttribute("href")}"]`);
    const [was, now] = [mine, item].map((each) => each?.querySelector(".count"));
    if (was && now && was.outerHTML !== now.outerHTML) was.replaceWith(now.cloneNode(true));
  }
}

// How many rows came or went; a row that only moved counts as well when none did.
function changes(page) {
  const [was, now] = [list, page.getElementById("list")].map((root) => new Set(rowsIn(root).map((row) => row.id)));
  const count = [...now].filter((id) => !was.has(id)).length + [...was].filter((id) => !now.has(id)).length;
  return count || 1;
}

function offer(page) {
  waiting = page;
  const count = changes(page);
  const words = count === 1 ? news.dataset.one : news.dataset.many.replace("{n}", count);
  const place = news.querySelector("span");
  if (place.textContent !== words) document.getElementById("list-said").textContent = place.textContent = words;
  news.hidden = false;
}

function settle() {
  waiting = null;
  news.hidden = true;
  news.querySelector("span").textContent = "";
  document.getElementById("list-said").textContent = "";
}

// What is ticked stays ticked, as far as it is still there.
function swap(page) {
  const ticked = new Set([...list.querySelectorAll("tbody .check:checked")].map((box) => box.value));
  list.replaceChildren(...document.importNode(page.getElementById("list"), true).childNodes);
  for (const box of list.querySelectorAll("tbody .check")) box.checked = ticked.has(box.value);
  if (ticked.size) list.querySelector("tbody .check")?.dispatchEvent(new Event("change", { bubbles: true }));
  settle();
}

function take(page) {
  const fresh = page.getElementById("list");
  list.dataset.version = fresh.dataset.version;
  patchHead(page);
  if (order(list).join(";") === order(fresh).join(";") && rowsIn(list).length) {
    patchRows(page);
    settle();
  } else if (isBusy()) {
    patchRows(page);
    offer(page);
  } else swap(page);
}

async function ask() {
  const headers = { "X-Polling": "true", "If-None-Match": `"${list.dataset.version}"` };
  const answer = await fetch(location.href, { headers, cache: "no-store", redirect: "error" });
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.getElementById("list")) take(page);
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
    swap(waiting);
    list.focus({ preventScroll: true });
  });
}
