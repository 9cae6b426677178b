// The title is edited where it stands: a click on it, or Rename in the menu, opens the field; Escape closes it.
const panel = () => document.getElementById("rename");

function open() {
  panel().open = true;
  panel().querySelector("input:not([type=hidden])").select();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-renames]") || !panel() || getSelection().toString()) return;
  event.preventDefault();
  event.target.closest("details.menu")?.removeAttribute("open");
  open();
});

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.id === "rename" && event.target.open) event.target.querySelector("input:not([type=hidden])").select();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !panel()?.open || !panel().contains(event.target)) return;
  event.preventDefault();
  panel().querySelector("form").reset();
  panel().open = false;
  panel().querySelector("summary").focus();
});
