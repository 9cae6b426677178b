// A picker beside a field for a colour: each shows what is chosen in the other. Without script there is the field alone.
const FULL = /^#[0-9a-f]{6}$/i;
const pickers = () => document.querySelectorAll("input[data-picks]");

for (const picker of pickers()) picker.hidden = false;

document.addEventListener("input", (event) => {
  if (event.target.dataset?.picks) {
    const field = document.getElementById(event.target.dataset.picks);
    field.value = event.target.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  for (const picker of pickers()) {
    if (picker.dataset.picks === event.target.id && FULL.test(event.target.value)) picker.value = event.target.value;
  }
});
