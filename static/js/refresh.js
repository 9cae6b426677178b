// A list of tickets stays up to date while it is seen: one small question every few seconds, most often answered by 304.
import { take } from "js/list_news.js";
import { list } from "js/list_rows.js";

const EVERY = 10_000;
const LONGEST = 120_000;
let pause = EVERY;
let asking = false;
let last = Date.now();
let timer;

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

if (list?.dataset.version) {
  wait();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - last > EVERY) round().finally(wait);
  });
  // shown again out of the browser's own memory: what it shows may be old
  addEventListener("pageshow", (event) => event.persisted && round().finally(wait));
}
