// Buttons with data-copies put that text on the clipboard and say so. They stay hidden where there is no clipboard.
const MOMENT = 2000;

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copies);
  const status = button.parentElement.querySelector('[role="status"]');
  status.textContent = button.dataset.done;
  button.toggleAttribute("data-copied", true);
  setTimeout(() => {
    status.textContent = "";
    button.toggleAttribute("data-copied", false);
  }, MOMENT);
}

function reveal(root) {
  for (const button of root.querySelectorAll("[data-copies][hidden]")) button.hidden = false;
}

if (navigator.clipboard) {
  reveal(document);
  for (const swapped of ["htmx:after:swap", "ticket:renewed"]) {
    document.addEventListener(swapped, () => reveal(document));
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (button) copy(button);
  });
}
