// The keyboard, for who works here all day. The page says which key stands for which act (data-keymap of the list of keys);
// lists do some acts themselves, every other one presses what can be seen for it. Off where the page does not say data-keys
// (a preference), silent while somebody types or a menu is open. docs/keyboard.md is the list.
import { form as composer, ready } from "js/editor.js";
import { press } from "js/press.js";
import { open, pick, pickAll, step } from "js/rows.js";
import { clear } from "js/selection.js";
import { help } from "js/shortcuts.js";

const TYPING = 'textarea, select, trix-editor, [contenteditable]:not([contenteditable="false"]), input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="reset"])'; // prettier-ignore
const OPEN = "dialog[open], details.menu[open], :popover-open";
const PATIENCE = 1500; // ms between two keys of one act

const acts = new Map();
for (const each of (document.getElementById("shortcuts")?.dataset.keymap ?? "").trim().split(/\s+/)) {
  const at = each.indexOf("=");
  acts.set(each.slice(at + 1), each.slice(0, at));
}
const firsts = new Set([...acts.keys()].filter((keys) => [...keys].length > 1).map((keys) => [...keys][0]));

const DEEDS = {
  next: () => step(1) || press("next_ticket"),
  previous: () => step(-1) || press("previous_ticket"),
  open,
  select: () => pick(false),
  select_range: () => pick(true),
  select_all: pickAll,
  help,
};
const REPEATED = new Set(["next", "previous"]);

let begun = { key: "", at: -Infinity };

/** The act that a key stands for, alone or after the one before it; "" for the first of two. */
function actOf({ key, timeStamp }) {
  const isSecond = begun.key && timeStamp - begun.at < PATIENCE;
  const together = isSecond ? acts.get(begun.key + key) : undefined;
  const isFirst = !together && firsts.has(key);
  begun = { key: isFirst ? key : "", at: timeStamp };
  return together ?? (isFirst ? "" : acts.get(key));
}

// Until the editor stands where the field was, who has begun to write may lose the focus for a moment: their letters are no
// deeds, and the editor gets the focus as soon as it is there.
let isReady = !composer;
let wanted = null;
composer?.addEventListener("focusin", (event) => {
  if (event.target.matches(TYPING)) wanted ??= "reply";
});
ready.then(() => {
  isReady = true;
  const isNowhere = document.activeElement === document.body || document.activeElement?.name === "mode";
  if (wanted && isNowhere) press(composer.elements.mode?.value === "note" ? "note" : "reply");
});

function isEarly(act) {
  if (isReady) return false;
  if (act === "reply" || act === "note") wanted = act;
  return Boolean(wanted) && act !== wanted;
}

// a link or a button knows what Enter means
const enters = () => !document.activeElement?.closest("a, button, summary, label") && open();

function deedFor(event) {
  if (event.key === "Enter") return enters;
  if (event.key === "Escape") return clear;
  if ([...event.key].length !== 1) return null;
  const act = actOf(event);
  if (act === "") return () => true;
  if (isEarly(act) || !act || (event.repeat && !REPEATED.has(act))) return null;
  return DEEDS[act] ?? (() => press(act));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!document.documentElement.hasAttribute("data-keys") || document.querySelector(OPEN)) return;
  if (event.target.closest?.(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (deedFor(event)?.()) event.preventDefault();
});
