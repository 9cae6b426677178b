// Files go ahead while one writes: chosen, dropped or pasted; each with its progress, a way to stop it, and the desk's
// answer. Pictures that are pasted or dropped into the text stand in it. Limits are told before anything is sent.
import { form, insertPicture, ready } from "js/editor.js";

const list = form?.querySelector("[data-waiting]");
const template = form?.querySelector("template[data-waiting-row]");
const underWay = new Set();

const rows = () => [...list.children].filter((row) => !row.hidden && !row.querySelector(".bad"));
const bytes = () => rows().reduce((sum, row) => sum + Number(row.dataset.bytes), 0);

function tell(row, words, isBad = false) {
  row.querySelector("[data-words]").textContent = words;
  row.firstElementChild.classList.toggle("bad", isBad);
  row.querySelector("progress").hidden = true;
}

function complaint(file) {
  if (rows().length >= Number(list.dataset.maxFiles)) return list.dataset.tooMany;
  return bytes() + file.size > Number(list.dataset.maxBytes) ? list.dataset.tooLarge : "";
}

function rowFor(file) {
  const row = template.content.firstElementChild.cloneNode(true);
  const name = row.querySelector("[data-name]");
  name.textContent = name.title = file.name;
  row.dataset.bytes = file.size;
  list.append(row);
  return row;
}

function send(file, row, isInline) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const progress = row.querySelector("progress");
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("is_inline", isInline ? "1" : "0");
    body.append("file", file);
    progress.hidden = false;
    request.upload.addEventListener("progress", (event) => (progress.value = (100 * event.loaded) / event.total));
    request.addEventListener("loadend", () => resolve(request.status ? request : null));
    row.addEventListener("composer:stop", () => request.abort(), { once: true });
    request.open("POST", form.dataset.uploads);
    request.responseType = "json";
    request.send(body);
  });
}

function keep(row, file) {
  row.dataset.file = file.id;
  const box = row.querySelector("input");
  Object.assign(box, { value: file.id, disabled: false, checked: true });
  row.querySelector("[data-name]").href = file.url;
  tell(row, file.words);
}

async function size(file) {
  const picture = await createImageBitmap(file).catch(() => ({}));
  return { width: picture.width, height: picture.height };
}

export async function add(file, isInline = false) {
  const words = complaint(file);
  const row = rowFor(file);
  if (words) return tell(row, words, true);
  const sending = send(file, row, isInline);
  underWay.add(sending);
  const answer = await sending;
  underWay.delete(sending);
  if (!row.isConnected) return;
  if (answer?.status !== 201) return tell(row, answer?.response?.error ?? list.dataset.failed, true);
  keep(row, answer.response);
  if (answer.response.is_inline) {
    await insertPicture(answer.response, await size(file));
    row.dataset.inline = "";
  }
  settle();
  form.dispatchEvent(new Event("composer:change"));
}

// A picture that stands in the text has no row; one that was taken out of it does not go along.
function settle() {
  const text = form.elements.content_html?.value ?? "";
  for (const row of list.querySelectorAll("[data-inline]")) {
    row.hidden = form.elements.content_html !== undefined;
    row.querySelector("input").checked = text.includes(row.dataset.file);
  }
}

// A picture is called what its file is called. Null for one that is not among the files of this message.
function describe(picture) {
  const id = picture.getURL()?.match(/^\/files\/([\w-]+)$/)?.[1];
  const row = id ? list.querySelector(`[data-file="${id}"]`) : null;
  if (row && !picture.getAttribute("alt")) picture.setAttributes({ alt: row.querySelector("[data-name]").textContent });
  return row;
}

async function remove(row) {
  row.dispatchEvent(new Event("composer:stop"));
  row.remove();
  if (row.dataset.file) {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    await fetch(`${form.dataset.uploads.replace(/(\?|$)/, `/${row.dataset.file}/deletion$1`)}`, { method: "POST", body });
  }
  form.dispatchEvent(new Event("composer:change"));
}

// What another page of the same writer has added or removed.
export function showFiles(files) {
  for (const row of rows()) if (row.dataset.file && !files.some((file) => file.id === row.dataset.file)) row.remove();
  for (const file of files) {
    if (list.querySelector(`[data-file="${file.id}"]`)) continue;
    const row = rowFor(file);
    keep(row, file);
    if (file.is_inline) row.dataset.inline = "";
  }
  settle();
}

export const finished = () => Promise.all(underWay);

function isPicture(file) {
  return /^image\/(png|jpeg|gif|webp)$/.test(file.type);
}

if (form) {
  form.elements.files.addEventListener("change", (event) => {
    event.stopPropagation(); // files.js would list them as files that the form itself sends
    for (const file of event.target.files) add(file);
    event.target.value = "";
  });
  form.addEventListener("click", (event) => {
    const row = event.target.closest("[data-remove]") && event.target.closest("li[data-file]");
    if (row) remove(row);
  });
  form.addEventListener("trix-file-accept", (event) => {
    event.preventDefault();
    add(event.file, isPicture(event.file));
  });
  form.addEventListener("trix-attachment-add", ({ attachment }) => {
    if (!describe(attachment)) attachment.remove(); // of another message, or another place
  });
  form.addEventListener("trix-change", settle);
  form.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  form.addEventListener("drop", (event) => {
    if (event.defaultPrevented || !event.dataTransfer.files.length) return;
    event.preventDefault();
    for (const file of event.dataTransfer.files) add(file);
  });
  ready.then((editor) => {
    editor?.editor.getDocument().getAttachments().forEach(describe);
    settle();
  });
}
