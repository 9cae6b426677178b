// The search box says what one may mean while one types: tickets, people, tags, pages, and what can follow in the language
// of the search; nothing typed yet: what was searched for lately in this browser. Filters of lists and queries of
// views are offered the language alone.
import { Combobox, group } from "js/combobox.js";

const KEPT = "searches";
const MOST = 6;

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
};

function remember(text) {
  const kept = [text, ...read().filter((each) => each !== text)].slice(0, MOST);
  localStorage.setItem(KEPT, JSON.stringify(kept));
}

/** The options for what is typed, as markup. */
export async function asked(url, text, signal, more = {}) {
  const address = `${url}?${new URLSearchParams({ q: text, ...more })}`;
  const answer = await fetch(address, { signal });
  return answer.ok && !answer.redirected ? answer.text() : "";
}

class SuggestingField {
  constructor(input) {
    this.input = input;
    const list = document.getElementById(`${input.id}-options`);
    const find = (text, signal) => this.find(text, signal);
    this.box = new Combobox(input, list, { find, choose: (option) => this.choose(option) });
    input.addEventListener("focus", () => !input.value && this.box.ask());
    if (this.keeps) input.form.addEventListener("submit", () => input.value.trim() && remember(input.value.trim()));
  }

  get keeps() {
    return "recent" in this.input.dataset;
  }

  async find(text, signal) {
    const { suggestions, only = "", recent } = this.input.dataset;
    if (text.trim()) return asked(suggestions, text, signal, { caret: this.input.selectionStart, only });
    const kept = this.keeps ? read() : [];
    return kept.length ? [group(recent, kept.map((name) => ({ name, text: name })))] : "";
  }

  choose(option) {
    const { url, insert, start, end } = option.dataset;
    if (url) return location.assign(url);
    if (insert === undefined) {
      this.input.value = option.stands.text;
      return this.input.form.requestSubmit();
    }
    this.input.setRangeText(insert, Number(start), Number(end), "end");
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// What was probably meant takes the place of what was typed.
document.addEventListener("click", (event) => {
  const meant = event.target.closest("[data-instead]");
  if (!meant) return;
  const input = document.getElementById(meant.dataset.instead);
  input.value = meant.textContent;
  input.focus();
});

for (const input of document.querySelectorAll("input[data-suggestions]:not([data-palette])")) new SuggestingField(input);

// Whoever signs out leaves nothing of it to the next one at this browser.
document.addEventListener("submit", (event) => {
  if (event.target.matches('form[action$="/logout"]')) localStorage.removeItem(KEPT);
});
