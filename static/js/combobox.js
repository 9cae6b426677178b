// A field with a list of what somebody may mean: the combobox pattern of the ARIA authoring practices, options in groups.
// The focus stays in the field; Arrow keys go through the options, Enter takes the marked one, Escape closes the list.
const PAUSE = 120; // ms after the last letter

export class Combobox {
  /** `find(text, signal)` promises elements or markup with options; `choose(option)` does what one stands for. */
  constructor(input, list, { find, choose, isOpen = false }) {
    Object.assign(this, { input, list, find, choose, isKept: isOpen });
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = new AbortController();
    const found = await this.find(this.input.value, this.asking.signal).catch(() => null);
    if (found !== null) this.show(found);
  }

  show(found) {
    if (document.activeElement !== this.input) return;
    if (typeof found === "string") this.list.innerHTML = found;
    else this.list.replaceChildren(...found);
    const { options } = this;
    for (const [place, option] of options.entries()) option.id = `${this.list.id}-${place}`;
    this.list.hidden = !options.length && !this.isKept;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.mark(this.isKept ? options[0] : null);
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.mark(null);
    if (this.isKept) return;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
  }

  mark(option) {
    this.marked = option ?? null;
    for (const each of this.options) each.setAttribute("aria-selected", String(each === this.marked));
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { options, marked } = this;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.list.hidden) this.ask();
    else if (step && options.length) this.mark(options.at((options.indexOf(marked) + step + (marked || step > 0 ? 0 : 1)) % options.length));
    else if (event.key === "Enter" && marked) this.take(marked);
    else if (event.key === "Tab" && marked && !event.shiftKey && "insert" in marked.dataset) this.take(marked);
    else if (event.key === "Escape" && !this.list.hidden && !this.isKept) this.close();
    else return;
    event.preventDefault();
  }

  take(option) {
    if (option) this.choose(option);
  }
}

/** A group of options made here: `each` says what an option reads and stands for. */
export function group(name, each) {
  const made = document.createElement("div");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", name);
  const title = Object.assign(document.createElement("div"), { className: "kind", textContent: name });
  title.setAttribute("aria-hidden", "true");
  made.append(title, ...each.map(option));
  return made;
}

function option({ name, second = "", ...stands }) {
  const made = document.createElement("div");
  made.setAttribute("role", "option");
  made.append(Object.assign(document.createElement("span"), { className: "truncate", dir: "auto", textContent: name }));
  if (second) made.append(Object.assign(document.createElement("span"), { className: "faint", textContent: second }));
  return Object.assign(made, { stands });
}
