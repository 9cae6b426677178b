// A field with data-suggests is completed from what that address knows, asked for when the field is first used.
const asked = new Map();

async function suggest(field) {
  const address = field.dataset.suggests;
  if (!asked.has(address)) asked.set(address, fetch(address).then((answer) => answer.json()));
  const { tags } = await asked.get(address).catch(() => ({ tags: [] }));
  field.list?.replaceChildren(...tags.map((name) => new Option(name, name)));
}

document.addEventListener("focusin", (event) => {
  const field = event.target;
  if (field.matches?.("input[data-suggests]") && !field.list?.options.length) suggest(field);
});
