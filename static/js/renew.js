// The ticket's page as the desk shows it now, put in place of the old one piece by piece: what did not change stays the
// same element, so that focus, scrolling and what is being typed stay where they are.
const PIECES = ["flashes", "toasts", "ticket-head", "side-fold"];

const steady = (element) =>
  element.outerHTML.replace(/(name="csrf_token"[^>]*?value=")[^"]*/g, "$1").replace(/ open=""/g, "");

const TYPED = "input:not([type=hidden], [type=checkbox], [type=radio]), textarea";
const waiting = new WeakMap();

// A part in which somebody types waits until they have left it.
function wait(old, fresh, field) {
  if (!waiting.has(old)) {
    field.addEventListener("focusout", () => setTimeout(() => old.isConnected && old.replaceWith(waiting.get(old))), { once: true });
  }
  waiting.set(old, fresh);
}

// `cause` is the form or field that was saved: where one types in there, it is done.
function replace(old, fresh, cause) {
  if (steady(old) === steady(fresh)) return;
  const field = document.activeElement;
  if (old.matches("details.panel")) fresh.open = old.open;
  if (old.contains(field) && !cause?.contains(field) && field.matches(TYPED)) wait(old, fresh, field);
  else old.replaceWith(fresh);
}

// Panels come, go and change; those that are there keep their places.
function renewSide(side, fresh, cause) {
  const panels = [...fresh.querySelectorAll(".panel[id]")];
  const names = new Set(panels.map((panel) => panel.id));
  for (const old of side.querySelectorAll(".panel[id]")) if (!names.has(old.id)) old.remove();
  let last = side.querySelector(".close");
  for (const panel of panels) {
    const old = document.getElementById(panel.id);
    if (old) replace(old, panel, cause);
    else last.after(panel);
    last = document.getElementById(panel.id);
  }
}

// What the composer says it has seen, when it is sent.
function tellComposer(page) {
  const [was, now] = [document, page].map((each) => each.querySelector("#reply [name=seen]"));
  if (was && now) was.value = now.value;
  const [to, suggested] = [document, page].map((each) => each.querySelector("[data-recipients]"));
  if (to && suggested && !("touched" in to.dataset)) to.replaceWith(suggested);
}

function renewThread(old, fresh, isShown) {
  if (isShown) return old.replaceWith(fresh);
  const [was, now] = [old, fresh].map((thread) => thread.dataset.seen.split("-"));
  now[2] = was[2]; // messages that were not shown were not seen
  old.dataset.seen = now.join("-");
}

// The page in an answer; null where it is another one: signed out, out of sight.
export function pageIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.getElementById("thread") && page.getElementById("side") ? page : null;
}

export function renew(page, { isShown = false, cause = null } = {}) {
  const focused = document.activeElement?.id;
  for (const id of PIECES) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) replace(old, fresh, cause);
  }
  renewSide(document.getElementById("side"), page.getElementById("side"), cause);
  const [send, sends] = [document, page].map((each) => each.querySelector(".composer .split"));
  if (send && sends) replace(send, sends, cause);
  renewThread(document.getElementById("thread"), page.getElementById("thread"), isShown);
  if (isShown) tellComposer(page);
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("ticket:renewed"));
}
