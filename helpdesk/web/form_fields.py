"""Fields of our own, and what a rendered field tells assistive technology: its hint, its error, that it is wrong."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import Flask
from wtforms import Field, Form, SelectMultipleField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from helpdesk.core.lines import one_line
from helpdesk.web.languages import gettext as _


class ChecksField(SelectMultipleField):  # type: ignore[misc]  # WTForms comes without types
    """Any number of a few: a checkbox each. Rendered by components/checks.html."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TypedConfirmationField(StringField):  # type: ignore[misc]  # WTForms comes without types
    """What has to be typed before a deed that cannot be undone: the name of a thing, or how many things there are.

    The view says which: `form.typed.expected = organization.name` or `= count`. Rendered by
    components/typed_confirmation.html. Until it is said, nothing that is typed confirms anything.
    """

    expected: str | int | None = None

    def pre_validate(self, form: Form) -> None:
        if not is_typed(self.data or "", self.expected):
            raise StopValidation(
                _("This is not the same. Nothing was done: type %(what)s.", what=self.expected)
            )


def is_typed(text: str, expected: str | int | None) -> bool:
    """Whether the text says the name, whatever its case and spaces, or the number, grouped or not."""
    if isinstance(expected, int):
        digits = "".join(each for each in one_line(text) if each not in " ,.'’\u00a0\u202f\u066c")
        return digits.isdecimal() and int(digits) == expected
    return bool(expected) and _spoken(text) == _spoken(expected or "")


def _spoken(text: str) -> str:
    return unicodedata.normalize("NFKC", one_line(text)).casefold()


def field_attributes(field: Field, hint: str = "", attrs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """HTML attributes for a WTForms field; the ids are those components/field_parts.html gives out."""
    notes = []
    if hint or field.description:
        notes.append(f"{field.id}-hint")
    if field.errors:
        notes.append(f"{field.id}-error")
    described = {"aria-describedby": " ".join(notes)} if notes else {}
    wrong = {"aria-invalid": "true"} if field.errors else {}
    written = {"dir": "auto", "data-grows": True} if field.type == "TextAreaField" else {}
    return {**described, **wrong, **written, **(attrs or {})}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(field_attributes=field_attributes)
