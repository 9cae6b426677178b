// While a ticket is open: asks every few seconds what happened to it, and offers to show it. Nothing moves until then.
// The answer also goes out as the event `ticket:news` (detail: seen, messages, has_changed, words).
import { pageIn, renew } from "js/renew.js";
import { goToNew } from "js/thread.js";

const EVERY = 10_000;
const LONGEST = 120_000;
const bar = document.getElementById("ticket-news");
const thread = () => document.getElementById("thread");
let offered = "";
let pause = EVERY;
let timer;

function offer(news) {
  if (news.words) bar.querySelector("span").textContent = news.words;
  if (news.words) bar.hidden = false;
  else if (!news.messages) thread().dataset.seen = news.seen; // what changed was one's own doing
  document.dispatchEvent(new CustomEvent("ticket:news", { detail: news }));
}

async function ask() {
  const seen = thread().dataset.seen;
  const address = `${bar.dataset.url}${bar.dataset.url.includes("?") ? "&" : "?"}seen=${seen}`;
  const answer = await fetch(address, { headers: { "X-Polling": "true" }, cache: "no-store", redirect: "error" });
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(String(answer.status));
  const news = await answer.json();
  if (seen !== thread().dataset.seen || news.seen === offered) return;
  offered = news.seen;
  offer(news);
}

async function turn() {
  clearTimeout(timer);
  if (document.hidden) return;
  pause = await ask().then(
    () => EVERY,
    () => Math.min(pause * 2, LONGEST),
  );
  clearTimeout(timer);
  timer = setTimeout(turn, pause);
}

async function show() {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok ? pageIn(await answer.text()) : null;
  if (!page) return location.reload();
  renew(page, { isShown: true });
  bar.hidden = true;
  goToNew();
}

if (bar) {
  bar.querySelector("button").addEventListener("click", show);
  document.addEventListener("visibilitychange", turn);
  timer = setTimeout(turn, EVERY);
}
