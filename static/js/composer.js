// Ctrl+Enter or Cmd+Enter presses the button that is shown: the reply's or the note's. Changing the mode goes on writing.
function shownButton(form) {
  return [...form.querySelectorAll("button[type=submit]")].find((button) => button.checkVisibility());
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("form[data-composer]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(shownButton(form));
});

document.addEventListener("change", (event) => {
  if (event.target.name !== "mode") return;
  event.target.closest("form[data-composer]")?.querySelector("textarea").focus();
});
