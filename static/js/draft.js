// What is being written is kept by the desk every few seconds, and stands in any other browser. What was typed in the last
// seconds before the page went waits in this tab as well. Sending it, discarding it, or signing out forgets it.
import { form, ready, show, written } from "js/editor.js";
import { showFiles } from "js/uploads.js";

const PAUSE = 2_000;
const LONGEST = 8_000;
const place = form && `draft ${form.dataset.draft.split("?")[0]}`;
let kept, timer, since, version;
let isDone = false;
let saved = Promise.resolve();

const RECIPIENTS = ["recipients", "to", "cc", "bcc", "to_typed", "cc_typed", "bcc_typed"];
const mode = () => form.elements.mode.value;
const recipients = () => [...new FormData(form)].filter(([name]) => RECIPIENTS.includes(name));
const now = () => JSON.stringify([...written(), mode(), recipients()]);
const isChanged = () => !isDone && now() !== kept;

function body() {
  const data = new FormData();
  const [name, text] = written();
  data.append(name, text);
  data.append("mode", mode());
  for (const each of ["csrf_token", "submission_key"]) data.append(each, form.elements[each].value);
  for (const [each, value] of recipients()) data.append(each, value);
  return data;
}

function tell(state) {
  version = form.dataset.version = state.version;
  form.querySelector("[data-saved]").textContent = state.words;
  form.querySelector("[data-discard]").hidden = !state.version;
}

// One after the other: what was sent first and arrives last would undo what was written since.
function save(isForced = false) {
  clearTimeout(timer);
  since = undefined;
  saved = saved.then(() => send(isForced));
  return saved;
}

async function send(isForced) {
  if (isDone || (!isForced && !isChanged())) return;
  const sent = now();
  const answer = await fetch(form.dataset.draft, { method: "POST", body: body() }).catch(() => null);
  const state = await answer?.json().catch(() => null);
  if (!answer?.ok || !state) return isDone || (timer = setTimeout(save, LONGEST)); // the tab keeps it meanwhile
  kept = sent;
  if (!isDone) tell(state);
  changed(); // what was taken back meanwhile looked like what was kept before
}

// Somebody leaves for a page that has to know it; nothing is kept after that.
export async function keep() {
  if (form && isChanged()) await save(true);
  isDone = true;
}

function changed() {
  if (!isChanged()) return;
  since ??= Date.now();
  clearTimeout(timer);
  timer = setTimeout(save, Math.min(PAUSE, Math.max(0, since + LONGEST - Date.now())));
}

// Another tab or browser may have gone on writing, or sent it.
async function compare() {
  if (document.hidden || isDone || isChanged()) return;
  const answer = await fetch(form.dataset.draft).catch(() => null);
  const state = answer?.ok && (await answer.json().catch(() => null));
  if (!state || state.version === version || isChanged()) return;
  showFiles(state.files);
  if (state.mode) form.elements.mode.value = state.mode;
  show("content_html", state.html);
  kept = now();
  tell(state);
}

function leave() {
  if (!isChanged()) return;
  sessionStorage.setItem(place, JSON.stringify([version, ...written(), mode()]));
  navigator.sendBeacon(form.dataset.draft, body());
}

// The answer that led here may have been made before the last words arrived at the desk.
function restore() {
  const left = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  if (!left || "unkept" in form.dataset) return;
  const [known, name, text, side] = JSON.parse(left);
  if (known !== version) return;
  show(name, text);
  form.elements.mode.value = side;
}

// Buttons that stand outside of the composer and belong to its form send no answer.
function sends(button) {
  return !button || form.contains(button);
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action")?.split("?")[0] === "/logout") sessionStorage.clear();
  if (event.defaultPrevented) return;
  if (event.target.id === "composer-discard") isDone = true;
  if (event.target === form) isDone = sends(event.submitter);
});

// Without script the text goes along and comes back in the answer; here the desk has it.
document.addEventListener("formdata", (event) => {
  if (event.target !== form || isDone) return;
  for (const name of ["content", "content_html", "staged"]) event.formData.delete(name);
});

if (form) {
  version = form.dataset.version;
  ready.then(() => {
    kept = "unkept" in form.dataset ? "" : now();
    restore();
    changed();
    for (const name of ["input", "change", "trix-change"]) form.addEventListener(name, changed);
    form.addEventListener("composer:change", () => save(true));
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      isDone = false;
      compare();
    });
    document.addEventListener("visibilitychange", compare);
  });
}
