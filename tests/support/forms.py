"""The forms of a page as a browser would send them: where to, and each field with what stands in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

UNSENT = {"submit", "button", "file", "image", "reset"}
BY_TYPE = {"email": "typed@elsewhere.example", "number": "3", "password": "a fine long passphrase 77"}


@dataclass(slots=True)
class SeenForm:
    """One form. `blank` are the fields in which nothing stands, with what somebody might type there."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    blank: dict[str, str] = field(default_factory=dict)
    button: tuple[str, str] | None = None
    names: set[str] = field(default_factory=set)
    """Every field it asks for, also those that are sent only when they are ticked."""

    @property
    def as_shown(self) -> dict[str, list[str]]:
        pressed = {self.button[0]: [self.button[1]]} if self.button else {}
        return {**self.fields, **pressed}

    @property
    def filled_in(self) -> dict[str, list[str]]:
        return {**self.as_shown, **{name: [words] for name, words in self.blank.items()}}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[SeenForm] = []
        self.by_id: dict[str, SeenForm] = {}
        self.form: SeenForm | None = None
        self.select = self.area = self.expected = ""
        self.is_what = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form" and found.get("method", "").lower() == "post":
            self.form = SeenForm(found.get("action", ""))
            self.forms.append(self.form)
            self.by_id[found.get("id", "")] = self.form
        self.is_what = self.is_what or "what" in found.get("class", "").split()
        form = self.by_id.get(found["form"]) if "form" in found else self.form
        if form is not None and "disabled" not in found:
            self._field(form, tag, found.get("name", ""), found)

    def _field(self, form: SeenForm, tag: str, name: str, found: dict[str, str]) -> None:
        form.names |= {name} - {""}
        if tag == "option" and self.select and (self.select not in form.fields or "selected" in found):
            form.fields[self.select] = [found.get("value", "")]
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            form.fields[name], form.blank[name] = [""], "Typed words"
        elif tag == "button" and name and form.button is None and "formaction" not in found:
            form.button = (name, found.get("value", ""))
        elif tag == "input" and name:
            _input(form, name, found)
            if name == "typed" and self.expected:
                form.blank[name] = self.expected

    def handle_data(self, words: str) -> None:
        if self.is_what and words.strip():
            self.expected, self.is_what = words.strip(), False
        if self.area and self.form is not None and words.strip():
            self.form.fields[self.area] = [words]
            self.form.blank.pop(self.area, None)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""


def _input(form: SeenForm, name: str, found: dict[str, str]) -> None:
    kind = found.get("type", "text")
    if kind in UNSENT or (kind in ("checkbox", "radio") and "checked" not in found):
        return
    form.fields.setdefault(name, []).append(found.get("value", "on"))
    if kind not in ("hidden", "checkbox", "radio") and not found.get("value"):
        form.fields[name] = [""]
        form.blank[name] = BY_TYPE.get(kind, "Typed words")


def forms_of(page: str) -> Iterator[SeenForm]:
    """Every form of the page that changes something."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        for token in ("csrf_token", "submission_key"):
            form.fields.pop(token, None)
            form.blank.pop(token, None)
        yield form


def form_endpoint(app: Flask, form: SeenForm, address: str) -> str | None:
    """Where the form of the page at this address leads; nowhere, as the forms of a page of examples do."""
    path = (form.action or address).partition("?")[0]
    try:
        endpoint: str = app.url_map.bind("localhost").match(path, method="POST")[0]
    except (NotFound, MethodNotAllowed):
        return None
    return endpoint
