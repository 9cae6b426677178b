"""The filters of the templates: enum members, people, sizes and moments become words, tones and shapes."""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal
from flask import Flask
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from jinja2 import StrictUndefined, pass_eval_context
from jinja2.filters import do_xmlattr
from jinja2.nodes import EvalContext

from helpdesk.core.counts import AtLeast, told
from helpdesk.web import form_fields, icons, kept_parts, moments, time_marks, words
from helpdesk.web.languages import gettext

FILE_KINDS = {
    "image/": (_("Image"), "image"),
    "application/pdf": ("PDF", "file"),
    "text/csv": (_("Table"), "file"),
    "text/": (_("Text"), "file"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml": (_("Table"), "file"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml": (_("Document"), "file"),
    "application/zip": (_("Archive"), "archive"),
}
PERSON_TONES = ("ink", "teal", "amber", "green", "red", "grey")
KILO = 1000


def plain(value: Enum | str | None) -> str:
    return str(value.value if isinstance(value, Enum) else value or "")


def label(value: Enum | str | None) -> str:
    """What staff call the value. One without an entry in words.LABELS is shown as it is spelled."""
    name = plain(value)
    return str(words.LABELS[name]) if name in words.LABELS else name.replace("_", " ").capitalize()


def short_label(value: Enum | str | None) -> str:
    """The same in a column."""
    name = plain(value)
    return str(words.SHORT_LABELS[name]) if name in words.SHORT_LABELS else label(value)


def customer_label(status: Enum | str) -> str:
    """What the person who asked is told about the status."""
    return str(words.CUSTOMER_LABELS[plain(status)])


def tone(value: Enum | str | None) -> str:
    """ink, red, amber, green, teal or grey."""
    return words.TONES.get(plain(value), "grey")


def status_look(status: Enum | str, audience: str = "staff") -> str:
    """The shape of a status: the class of its mark, and the end of its icon's name."""
    looks = words.CUSTOMER_LOOKS if audience == "customer" else words.STATUS_LOOKS
    return looks[plain(status)]


@lru_cache(maxsize=5_000)
def initials(name: str | None) -> str:
    """First letters of the first and the last word; of an address, of what stands before the @."""
    parts = [part for part in (name or "").partition("@")[0].replace(".", " ").split() if part[0].isalnum()]
    chosen = parts[:1] + parts[1:][-1:]
    return "".join(part[0] for part in chosen).upper() or "?"


def person_tone(person_id: int | None) -> str:
    """A colour that stays with the person; it tells people apart and means nothing."""
    return PERSON_TONES[(person_id or 0) % len(PERSON_TONES)] if person_id else "grey"


def filesize(size: int) -> str:
    """Bytes in the unit people read: 412 kB, 2.3 MB."""
    if size < KILO:
        return gettext("%(count)s bytes", count=size)
    amount, unit = size / KILO, "kB"
    for larger in ("MB", "GB"):
        if amount < KILO:
            break
        amount, unit = amount / KILO, larger
    return f"{number(round(amount, 0 if amount >= 10 else 1))} {unit}"


def _kind_and_icon(content_type: str) -> tuple[LazyString | str, str]:
    found = (kind for start, kind in FILE_KINDS.items() if content_type.startswith(start))
    return next(found, (_("File"), "file"))


def file_kind(content_type: str) -> str:
    """What people call files of this type."""
    return str(_kind_and_icon(content_type)[0])


def file_icon(content_type: str) -> str:
    return _kind_and_icon(content_type)[1]


def number(value: float) -> str:
    """Digits grouped as the reader groups them; with a plus what was not counted to its end."""
    digits = _digits(value, moments.manner())
    return f"{digits}+" if isinstance(value, AtLeast) else digits


@lru_cache(maxsize=5_000)
def _digits(value: float, manner: moments.Manner) -> str:
    return str(format_decimal(value, locale=manner.locale))


# attributes that are there or not, whatever their value (WHATWG HTML, “boolean attributes”)
BOOLEAN = frozenset(
    {"autofocus", "checked", "disabled", "formnovalidate", "hidden", "multiple", "readonly", "required"}
)


@pass_eval_context
def attributes(context: EvalContext, given: Mapping[str, Any], autospace: bool = True) -> str:
    """Jinja's xmlattr, for which True and False of a boolean attribute mean that it is there or not."""
    meant = {
        name: ("" if value else None) if name in BOOLEAN and isinstance(value, bool) else value
        for name, value in given.items()
    }
    return do_xmlattr(context, meant, autospace)


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined  # a misspelt name is an error, not an empty place
    form_fields.init_app(app)
    icons.init_app(app)
    kept_parts.init_app(app)
    time_marks.init_app(app)
    app.jinja_env.filters.update(
        xmlattr=attributes,
        label=label,
        short_label=short_label,
        customer_label=customer_label,
        tone=tone,
        status_look=status_look,
        initials=initials,
        person_tone=person_tone,
        filesize=filesize,
        file_kind=file_kind,
        file_icon=file_icon,
        number=number,
        told=told,
        exact=moments.exact,
        machine=moments.machine,
        compact=moments.compact,
        relative=moments.relative,
        date=moments.date,
        hour=moments.hour,
        span=moments.span,
        due_state=moments.due_state,
        due_words=moments.due_words,
    )
    app.jinja_env.globals.update(viewer_zone=moments.viewer_zone, relative_words=moments.relative_words)
