// A field in which somebody types whom they mean: <input data-people="address of the options">, the combobox pattern of
// the ARIA authoring practices. With data-one the choice is kept in the form's `person`, and the open tickets of who was
// chosen are shown; without, addresses stand in the field with commas between them.
const PAUSE = 150;
let number = 0;

class PeopleField {
  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    Object.assign(this.list, { className: "options", role: "listbox", id: `people-${(number += 1)}`, hidden: true });
    this.list.setAttribute("aria-labelledby", this.name());
    input.closest(".field").append(this.list);
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
    input.addEventListener("input", () => this.changed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  name() {
    const label = this.input.labels[0];
    label.id ||= `${this.input.id}-label`;
    return label.id;
  }

  get isOne() {
    return "one" in this.input.dataset;
  }

  get words() {
    return this.isOne ? this.input.value.trim() : this.input.value.split(/[,;\s]/).at(-1);
  }

  changed() {
    if (this.isOne) this.forget();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const { words } = this;
    if (!words) return this.close();
    this.asking?.abort();
    this.asking = new AbortController();
    const url = `${this.input.dataset.people}?q=${encodeURIComponent(words)}`;
    const answer = await fetch(url, { signal: this.asking.signal }).catch(() => null);
    if (!answer?.ok || answer.redirected) return this.close();
    this.show(await answer.text());
  }

  show(options) {
    if (document.activeElement !== this.input) return;
    this.list.innerHTML = options;
    for (const option of this.options) option.id = `${this.list.id}-${option.dataset.id}`;
    this.list.hidden = !this.options.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(null);
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.mark(null);
  }

  mark(option) {
    this.marked = option;
    for (const each of this.options) each.setAttribute("aria-selected", String(each === option));
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    if (event.isComposing) return;
    const { options, marked } = this;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.list.hidden) this.ask();
    else if (step) this.mark(options.at((options.indexOf(marked) + step + (marked || step > 0 ? 0 : 1)) % options.length));
    else if (event.key === "Enter" && marked) this.choose(marked);
    else if (event.key === "Escape" && !this.list.hidden) this.close();
    else return;
    event.preventDefault();
  }

  choose(option) {
    if (!option) return;
    const { id, name, email } = option.dataset;
    this.close();
    if (this.isOne) this.keep(id, email && email !== name ? `${name} <${email}>` : name);
    else if (email) this.add(email);
  }

  add(email) {
    this.input.value = this.input.value.slice(0, this.input.value.length - this.words.length) + `${email}, `;
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  keep(id, words) {
    const { form } = this.input;
    this.input.value = words;
    form.querySelector(".candidates")?.remove();
    form.elements.sought.value = words;
    form.elements.person.value = id;
    document.getElementById("somebody-new").disabled = true;
    this.hint(`${this.input.dataset.people.replace(/matches$/, id)}/open-tickets`);
  }

  forget() {
    const { form } = this.input;
    form.querySelector(".candidates")?.remove();
    form.elements.person.value = "";
    document.getElementById("somebody-new").disabled = false;
    document.getElementById("same-matter").replaceChildren();
  }

  async hint(url) {
    const { value } = this.input;
    const answer = await fetch(url).catch(() => null);
    const place = document.getElementById("same-matter");
    if (answer?.ok && !answer.redirected && this.input.value === value) place.innerHTML = (await answer.text()).trim();
  }
}

for (const input of document.querySelectorAll("input[data-people]")) new PeopleField(input);
