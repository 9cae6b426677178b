// Rows with a grip are dragged up and down their list, by mouse, pen or finger. Let go, the form that moves the row by one place
// is sent with how many. Escape leaves all as it was.
const EDGE = 48; // px at either end of what scrolls, where a drag scrolls on

const placeOf = (row) => [...row.parentElement.children].indexOf(row);

/** Where a row's grip is: the pointer holds one, and is compared with the others. */
function gripOf(row) {
  const { top, height } = row.querySelector("[data-drags]").getBoundingClientRect();
  return top + height / 2;
}

/** The others go round the dragged row, which stays where it is in the page: so the pointer stays its own. */
function follow(row, y) {
  for (let next; (next = row.nextElementSibling) && y >= gripOf(next); ) row.before(next);
  for (let above; (above = row.previousElementSibling) && y <= gripOf(above); ) row.after(above);
}

function scrollOn(row, y) {
  const scroller = row.closest(".page-scroll");
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y < top + EDGE || y > bottom - EDGE) scroller.scrollBy(0, y < top + EDGE ? -8 : 8);
}

function send(row, places) {
  const form = row.querySelector(`form[action$="/${places < 0 ? "up" : "down"}"]`);
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "places", value: Math.abs(places) }));
  form.requestSubmit();
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-drags]");
  if (!grip || event.button) return;
  event.preventDefault(); // no text is marked meanwhile
  const row = grip.closest("li");
  const rows = [...row.parentElement.children];
  const ended = new AbortController();
  const on = (name, react) => document.addEventListener(name, react, { signal: ended.signal });
  const end = () => {
    ended.abort();
    delete row.dataset.dragged;
  };
  const cancel = () => {
    end();
    row.before(...rows.slice(0, rows.indexOf(row)));
    row.after(...rows.slice(rows.indexOf(row) + 1));
  };
  grip.setPointerCapture(event.pointerId);
  row.dataset.dragged = "";
  on("pointermove", ({ clientY }) => {
    scrollOn(row, clientY);
    follow(row, clientY);
  });
  on("pointerup", () => {
    end();
    const places = placeOf(row) - rows.indexOf(row);
    if (places) send(row, places);
  });
  on("pointercancel", cancel);
  on("keydown", (pressed) => pressed.key === "Escape" && cancel());
});
