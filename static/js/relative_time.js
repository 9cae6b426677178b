// “4 min ago” counts on while the page is open, in the words the server used (data-words-* of the body). What the server
// wrote as a day or date stays. Only the digits change, and they are of one width: nothing moves.
const MINUTE = 60, HOUR = 3600, DAY = 86400; // prettier-ignore
const EVERY = 30_000;

function words(style) {
  return JSON.parse(document.body.dataset[style === "short" ? "wordsShort" : "wordsRelative"] ?? "null");
}

function told(time, patterns) {
  const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
  if (seconds < 0 || seconds >= DAY) return null;
  if (seconds < MINUTE) return patterns.now;
  if (seconds < HOUR) return patterns.minutes.replace("{n}", Math.floor(seconds / MINUTE));
  return patterns.hours.replace("{n}", Math.floor(seconds / HOUR));
}

function isCounting(text, patterns) {
  return Object.values(patterns).some((pattern) => text.replace(/\d+/, "{n}") === pattern);
}

function refresh() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const patterns = words(time.dataset.relative);
    const place = time.querySelector("bdi");
    if (!patterns || !place || !isCounting(place.textContent, patterns)) continue;
    const text = told(time, patterns);
    if (text && text !== place.textContent) place.textContent = text;
  }
}

setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
