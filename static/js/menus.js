// Menus are <details>: they open by themselves. Here they close: on Escape, on a click elsewhere, and when another opens.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

// Arrows go from item to item, a letter to the next item that begins with it.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu || event.target.matches("input, select, textarea")) return;
  const items = [...menu.querySelectorAll(".menu-panel .menu-item")].filter((item) => item.checkVisibility());
  const at = items.indexOf(document.activeElement);
  const next = itemFor(event.key, items, at);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

function itemFor(key, items, at) {
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items.at(at < 0 ? -1 : at - 1);
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return after.find((item) => item.textContent.trim().toLowerCase().startsWith(key.toLowerCase()));
}
