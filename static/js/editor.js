// Formatted text where there was a plain text field: Trix, loaded only where a composer asks for it. Where it cannot be
// loaded the field stays. The other behaviours of the composer ask here what is written.
export const form = document.querySelector("form[data-draft]");
let editor = null;

// Resolves once one can write: with the editor, or without one.
export const ready = form ? load().catch(() => null) : new Promise(() => {});

function asHtml(text) {
  const place = document.createElement("div");
  place.innerText = text;
  return text ? place.outerHTML : "";
}

async function load() {
  const { default: Trix } = await import("trix");
  Trix.config.attachments.preview.caption = { name: false, size: false };
  await customElements.whenDefined("trix-editor");
  const field = form.elements.content;
  const isTouched = field.value !== field.defaultValue;
  const html = isTouched ? asHtml(field.value) : (field.dataset.html ?? asHtml(field.value));
  const value = Object.assign(document.createElement("input"), { type: "hidden", name: "content_html", id: "composer-html", value: html }); // prettier-ignore
  const made = document.createElement("trix-editor");
  made.addEventListener("trix-attributes-change", press);
  const told = { class: "writing prose", id: field.id, input: value.id, toolbar: "composer-tools", dir: "auto", "aria-multiline": "true", "aria-label": field.labels[0].textContent }; // prettier-ignore
  for (const name of ["aria-invalid", "aria-describedby"]) if (field.hasAttribute(name)) told[name] = field.getAttribute(name);
  for (const [name, text] of Object.entries(told)) made.setAttribute(name, text);
  const isFocused = document.activeElement === field;
  await new Promise((resolve) => {
    made.addEventListener("trix-initialize", resolve, { once: true });
    field.replaceWith(value, made);
  });
  editor = made;
  document.getElementById("composer-tools").addEventListener("click", pressByKey);
  if (isFocused) focus();
  return editor;
}

// The tools tell whether what they do holds where the caret is.
function press({ attributes }) {
  for (const tool of form.querySelectorAll("button[data-trix-attribute]")) {
    tool.setAttribute("aria-pressed", String(Boolean(attributes[tool.dataset.trixAttribute])));
  }
}

// Trix listens to the mouse going down; Enter and the space bar only click.
function pressByKey(event) {
  const tool = event.target.closest("[data-trix-attribute]");
  if (tool && event.detail === 0) tool.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
}

// What is written, as the form sends it.
export function written() {
  return editor ? ["content_html", isEmpty() ? "" : editor.value] : ["content", form.elements.content.value];
}

export function isEmpty() {
  if (!editor) return !form.elements.content.value.trim();
  const writing = editor.editor.getDocument();
  return !writing.toString().trim() && !writing.getAttachments().length;
}

export function show(name, text) {
  if (editor) editor.editor.loadHTML(name === "content_html" ? text : asHtml(text));
  else if (name === "content") form.elements.content.value = text;
}

export function focus() {
  if (!editor) return form.elements.content?.focus(); // gone while the editor comes
  editor.focus();
  const end = editor.editor.getDocument().toString().length - 1;
  if (editor.editor.getPosition() === 0) editor.editor.setSelectedRange(end);
}

// A picture that the desk has, where the caret is.
export async function insertPicture({ url, name, type, size }, { width, height }) {
  if (!editor) return;
  const { default: Trix } = await import("trix");
  const picture = { url, filename: name, filesize: size, contentType: type, width, height };
  editor.editor.insertAttachment(new Trix.Attachment(picture));
}
