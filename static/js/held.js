// An answer that waits counts down. When its time is over the ticket's page is renewed until it is sent, and the bar on other
// pages leaves. Before it is taken back, what is being typed is kept: it stands below what comes back.
import { keep } from "js/draft.js";
import { pageIn, renew } from "js/renew.js";

const EVERY = 1_500;
const TRIES = 20;
const began = new WeakMap();

function left(each) {
  if (!began.has(each)) began.set(each, performance.now());
  return Math.ceil(Number(each.dataset.countdown) - (performance.now() - began.get(each)) / 1000);
}

async function look(id, tries) {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok ? pageIn(await answer.text()) : null;
  if (page && !page.getElementById(id)) return renew(page, { isShown: true });
  if (tries > 0) setTimeout(() => look(id, tries - 1), EVERY);
}

function end(each) {
  each.textContent = each.dataset.over;
  delete each.dataset.countdown;
  if ("leaves" in each.dataset) setTimeout(() => each.closest(".toast")?.remove(), EVERY);
  if ("renews" in each.dataset) look(each.closest(".message").id, TRIES);
}

setInterval(() => {
  for (const each of document.querySelectorAll("[data-countdown]")) {
    const seconds = left(each);
    if (seconds <= 0) end(each);
    else each.textContent = each.dataset.words.replace("{n}", seconds);
  }
}, 250);

document.addEventListener("submit", async (event) => {
  const { target } = event;
  if (!target.matches("form[data-withdrawal]") || event.defaultPrevented) return;
  event.preventDefault();
  await keep();
  target.submit();
});
