"""Parts of pages as HTML, kept: a part that looks as it did is not drawn again.

Such a part is the macro `part` of a template of its own. It is drawn from what it is given, from the language and zone
of who reads, and from the day it is there, by all of which it is kept, and knows nothing of the request: no address,
sign or key of a person that it was not given. What is of the request alone has places in it, which are kept empty and
filled each time: the sign of its forms, and what is given by name. tests/web/test_kept_parts.py holds every such
template to that.
"""

import re
from collections.abc import Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import chain
from secrets import token_hex
from typing import Any

from babel.support import NullTranslations
from flask import Flask, current_app
from flask_wtf.csrf import generate_csrf
from jinja2 import Template
from markupsafe import Markup, escape

from helpdesk.web.languages import translations
from helpdesk.web.moments import Manner, manner, today

MOST_KEPT = 1_500
"""Parts, of one to ten thousand bytes each, in each process."""
SIGN = "sign"
_BORDER = token_hex(16)
"""No text of anybody's can look like a place: nobody learns this, as every place is filled before it is shown."""
_PLACE = re.compile(f"{_BORDER}-([a-z_]+);")
_is_to_be_kept = ContextVar("is_to_be_kept", default=False)


class AlteredPlace(Exception):
    """A template did something else with a place than to show it."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A part around its places: one text more than there are places."""

    texts: tuple[str, ...]
    places: tuple[str, ...]

    def filled(self, put: Mapping[str, object]) -> Markup:
        if not self.places:
            return Markup(self.texts[0])  # noqa: S704 - drawn by a template
        into = {name: escape(value) for name, value in put.items()}
        if SIGN in self.places:
            into[SIGN] = escape(sign())
        between = (into[name] for name in self.places)
        told = chain(self.texts[:1], chain.from_iterable(zip(between, self.texts[1:], strict=True)))
        return Markup("".join(told))  # noqa: S704 - drawn by a template, and what is put into it is escaped


def kept_part(name: str, /, *values: Hashable, **put: object) -> Markup:
    """The part of this template for these values, with what is `put` into its places: the template shows that and
    asks nothing about it. Raises TypeError for a value that may change after it was given, and for markup inside of
    one: it is equal to text that reads like it, but drawn otherwise.
    """
    template = current_app.jinja_env.get_template(name)
    return _drawn(template, tuple(put), translations(), manner(), today(), *values).filled(put)


def draw(template: Template, /, *values: Hashable, **put: object) -> Markup:
    """The part as the reader of this request sees it."""
    drawn: Markup = template.module.part(*values, **put)  # type: ignore[attr-defined]  # its macro
    return drawn


def sign() -> str:
    """The sign of this session's forms; of a form that is drawn to be kept, the place for one."""
    return _place(SIGN) if _is_to_be_kept.get() else generate_csrf()


@lru_cache(
    maxsize=MOST_KEPT, typed=True
)  # markup and text are of two types, which is seen of the values themselves
def _drawn(
    template: Template,
    places: tuple[str, ...],
    _language: NullTranslations,
    _manner: Manner,
    _today: date,
    *values: Hashable,
) -> _Kept:
    for value in values:
        _refuse_markup(value)
    before = _is_to_be_kept.set(True)
    try:
        drawn = draw(template, *values, **{name: _place(name) for name in places})
    finally:
        _is_to_be_kept.reset(before)
    pieces = _PLACE.split(drawn)
    if any(_BORDER in text for text in pieces[::2]):
        raise AlteredPlace(template.name)
    return _Kept(texts=tuple(pieces[::2]), places=tuple(pieces[1::2]))


def _place(name: str) -> Markup:
    return Markup(f"{_BORDER}-{name};")  # noqa: S704 - nothing to escape


def _refuse_markup(value: Any) -> None:
    """But for fields that hold nothing else: no text can stand there that reads like it."""
    kind: Any = type(value)
    within = value if isinstance(value, tuple) else [getattr(value, name) for name in _fields_of(kind)]
    for each in within:
        if type(each) is not str:
            if isinstance(each, Markup):
                raise TypeError("markup is given to a kept part as a value of its own")
            _refuse_markup(each)


@cache
def _fields_of(kind: type[Any]) -> tuple[str, ...]:
    known = fields(kind) if is_dataclass(kind) else ()
    return tuple(field.name for field in known if field.type is not Markup)


def init_app(app: Flask) -> None:
    """After the signs against forgery, of which macros ask here."""
    app.jinja_env.globals.update(kept_part=kept_part, csrf_token=sign)
