// What is ticked in a list: all at once by the box in the head, a range with Shift, nothing after Escape or the bar's ×.
// The bar itself is shown by the style sheet; here it is counted, for the eye and for the ear.
const IN_LIST = '.ticket input[name="number"]';

export const boxes = () => [...document.querySelectorAll(IN_LIST)];
export const ticked = () => boxes().filter((box) => box.checked);
const form = () => document.getElementById("bulk");
let last; // the number that was ticked last: where a range begins

/** After ticks have changed: the head's box follows, "all that match" needs something ticked, and the ear is told. */
export function follow() {
  const all = boxes();
  const count = ticked().length;
  for (const head of document.querySelectorAll("[data-picks-all]")) {
    head.checked = count > 0 && count === all.length;
    head.indeterminate = count > 0 && count < all.length;
  }
  const whole = form()?.elements.namedItem("all");
  if (whole && count < all.length) whole.checked = false;
  say(count);
}

function say(count) {
  const shown = document.querySelector(".some[data-picked]");
  if (!shown) return;
  const words = shown.dataset.picked.replace("#", count);
  if (shown.textContent !== words) shown.textContent = words;
  document.getElementById("picked").textContent = count ? words : "";
}

/** Tick or untick a row; `isRange` does the same to every row since the one before. */
export function toggle(box, isRange = false) {
  box.checked = !box.checked;
  stretch(box, isRange);
  follow();
}

function stretch(box, isRange) {
  const all = boxes();
  const from = all.findIndex((each) => each.value === last);
  const to = all.indexOf(box);
  if (isRange && from >= 0) {
    for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
  }
  last = box.value;
}

/** Tick exactly these numbers, as far as they are still here. */
export function tick(numbers) {
  for (const box of boxes()) box.checked = numbers.includes(box.value);
  follow();
}

export function clear() {
  if (!ticked().length) return false;
  form().reset();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.shiftKey && event.target.matches?.(IN_LIST)) stretch(event.target, true);
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-picks-all]")) for (const each of boxes()) each.checked = box.checked;
  else if (box.matches(IN_LIST)) last = box.value;
  else if (box.name === "all" && box.form === form()) {
    if (box.checked) for (const each of boxes()) each.checked = true;
  } else return;
  follow();
});

document.addEventListener("reset", (event) => {
  if (event.target === form()) setTimeout(follow);
});

// Enter in a menu's field presses the button beside it; on a box it does nothing, where the keys do not open the row.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.target.form !== form()) return;
  if (event.target.matches('[type="checkbox"]') && !document.documentElement.hasAttribute("data-keys")) event.preventDefault();
  const field = event.target.closest(".typed :is(input, select)");
  if (!field) return;
  event.preventDefault();
  if (field.value) form().requestSubmit(field.parentElement.querySelector("button"));
});

// The browser may have ticked what was ticked before.
window.addEventListener("pageshow", follow);
follow();
