// An act is done by pressing what the page shows for it: the first element that says data-key="…" and can be seen, or an
// item of a closed menu that can be seen. Where there is none, some acts have an address of their own.
import { isSeen } from "js/rows.js";

const leads = new Map((document.getElementById("shortcuts")?.dataset.leads ?? "").split(" ").map((each) => each.split("=", 2)));

const isInMenu = (element) => {
  const menu = element.closest(".menu-panel")?.closest("details.menu:not([open])");
  return Boolean(menu) && isSeen(menu.querySelector("summary"));
};

// Good news leaves by itself; what it said can be taken back is not over with it.
const hasLeft = (element) => element.closest(".toast");

/** What an act presses on this page: an element, or an address to go to. */
export function elementFor(act) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(act)}"]`)];
  return found.find(isSeen) ?? found.find(isInMenu) ?? found.find(hasLeft) ?? leadOf(act);
}

function leadOf(act) {
  const address = leads.get(act) ?? (act.startsWith("go_") && leads.has("go_") ? leads.get("go_") + act.slice(3) : null);
  return address && Object.assign(document.createElement("a"), { href: address });
}

// One key that is pressed by mistake does nothing that is hard to find again: the dialog that data-asks names comes first.
function ask(id) {
  document.getElementById(id)?.showModal();
  return true;
}

/** Do what an act is there for. A menu opens on its first item, a field is ready to be typed into. */
export function press(act) {
  const found = elementFor(act);
  if (!found) return false;
  if (found.dataset.asks) return ask(found.dataset.asks);
  if (found.matches("input, textarea, select")) {
    found.focus();
    found.select?.();
  } else {
    found.click();
    if (found.matches("summary")) found.parentElement.querySelector(".menu-panel :is(a, button, input, select)")?.focus();
  }
  return true;
}
