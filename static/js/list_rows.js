// The rows of a list of tickets, brought to what a newer page shows: what is the same stays the same element.
export const list = document.getElementById("list");

const rowsIn = (root) => [...root.querySelectorAll("tr.ticket")];
const order = (root) => [...root.querySelectorAll("tbody")].map((body) => [...body.rows].map((row) => row.id || "·").join()).join(";");

// Whether the same rows stand in the same places.
export const isSame = (fresh) => order(list) === order(fresh);

// How many rows came or went; 1 where some only moved.
export function changes(fresh) {
  const [was, now] = [list, fresh].map((root) => new Set(rowsIn(root).map((row) => row.id)));
  return [...now].filter((id) => !was.has(id)).length + [...was].filter((id) => !now.has(id)).length || 1;
}

// The box is the reader's; of the link that has the focus only the words change.
function patchRow(row, fresh) {
  if (row.className !== fresh.className) row.className = fresh.className;
  for (const [place, cell] of [...row.cells].entries()) {
    const other = fresh.cells[place];
    if (!other || cell.querySelector(".check") || cell.outerHTML === other.outerHTML) continue;
    if (!cell.contains(document.activeElement)) cell.replaceWith(document.importNode(other, true));
    else document.activeElement.textContent = other.querySelector("a").textContent;
  }
}

export function patchRows(fresh) {
  for (const each of rowsIn(fresh)) {
    const row = document.getElementById(each.id);
    if (row && list.contains(row)) patchRow(row, each);
  }
}

// What is ticked stays ticked, as far as it is still there.
export function swapRows(fresh) {
  const boxes = () => [...list.querySelectorAll("tbody .check")];
  const ticked = new Set(boxes().filter((box) => box.checked).map((box) => box.value)); // prettier-ignore
  list.replaceChildren(...document.importNode(fresh, true).childNodes);
  for (const box of boxes()) box.checked = ticked.has(box.value);
  if (ticked.size) (boxes()[0] ?? list).dispatchEvent(new Event("change", { bubbles: true }));
}
