"""The filter above a list as its template shows it: terms that can be taken off, selects, and the text field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from helpdesk.tickets.criteria import EVERYTHING, FIELDS, Query, Term
from helpdesk.tickets.criteria.known import Takes
from helpdesk.tickets.criteria.moments import is_span, span_in
from helpdesk.web.agents.calendar_words import CLOCK_WORDS, calendar_words
from helpdesk.web.agents.list_query import Mistake, Wanted, shown_in_select, url_of
from helpdesk.web.filters import label
from helpdesk.web.languages import gettext
from helpdesk.web.moments import span

FIELD_NAMES: Mapping[str, LazyString] = {name: _(field.label) for name, field in FIELDS.items()}
VALUE_NAMES: Mapping[str, LazyString] = {
    "me": _("Me"),
    "nobody": _("Nobody"),
    "mine": _("My teams"),
    "none": _("None"),
    "overdue": _("Overdue"),
    "unread": _("Unread"),
    "unanswered": _("Not answered yet"),
    "merged": _("Merged into another"),
    "failed": _("Failed"),
    "attachment": _("Attachment"),
    "note": _("Internal note"),
    "deadline": _("Deadline"),
    "tag": _("Tag"),
    "title": _("Title"),
    "comments": _("Messages"),
    "notes": _("Internal notes"),
    "attachments": _("Attachments"),
    "people": _("People"),
    "number": _("Number"),
}
SIGNS: Mapping[str, str] = MappingProxyType({"<": "<", "<=": "≤", ">": ">", ">=": "≥"})
Options = Mapping[str, Sequence[tuple[str, str]]]

AGES = ("<1d", "<7d", ">1d", ">3d", ">7d", ">30d")
TEXT_FIELDS = ("org",)
"""Fields that are typed: there may be thousands of what they name."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A term in force, and the address without it."""

    name: str
    value: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Chooser:
    """A select of the filter, or a text field where there are no options."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """`kept` are the terms that no field of the form shows; `typed` is what stands in the text field: words, groups,
    and all of a text that was not understood. `better_url` leads to what was probably meant.
    """

    chips: Sequence[Chip]
    choosers: tuple[Chooser, ...]
    kept: str
    typed: str
    error: str
    mistake: Mistake | None
    better_url: str
    clear_url: str


def filter_of(wanted: Wanted, options: Options) -> Filter:
    """The filter of what is wanted, offering these options."""
    query = EVERYTHING if wanted.error else wanted.query
    choosers, shown = [], []
    for name, offers in options.items():
        found = shown_in_select(query, name, [value for value, _words in offers])
        if name in TEXT_FIELDS:
            found = _typed_of(query, name)
        if found is not None:
            shown.append(found[0])
        choosers.append(Chooser(name, _select_name(name), found[1] if found else "", tuple(offers)))
    kept = Query(tuple(term for term in query.terms if term.field and term not in shown))
    return Filter(
        chips=[_chip(term, wanted, options) for term in query.terms if term.field],
        choosers=tuple(choosers),
        kept=str(kept),
        typed=wanted.text if wanted.error else str(query.words),
        error=wanted.error,
        mistake=wanted.mistake,
        better_url=_better_url(wanted),
        clear_url=wanted.url(EVERYTHING),
    )


def _select_name(name: str) -> str:
    return gettext("Age") if name == "created" else str(FIELD_NAMES[name])


def _better_url(wanted: Wanted) -> str:
    better = wanted.mistake.better if wanted.mistake else ""
    return url_of(wanted.slug, q=better, sort=wanted.found.sort) if better else ""


def _typed_of(query: Query, name: str) -> tuple[Term, str] | None:
    found = next((term for term in query.terms if term.field == name), None)
    return shown_in_select(query, name, list(found.values)) if found else None


def offered(found: Any) -> Options:
    """The options of each select: value and words. `found` is the row of `choices`, the names there are."""
    return {
        **{name: [(each, label(each)) for each in FIELDS[name].choices] for name in ("status", "priority")},
        "assignee": [*_known("me", "nobody"), *((email, name) for name, email in found.staff)],
        "team": [*_known("mine", "none"), *((name, name) for name in found.teams)],
        "tag": [(name, name) for name in found.tags],
        "org": [],
        "created": [(each, _age_words(each[0], each[1:])) for each in AGES],
        "delivery": _known("failed"),
        "is": [*_known("overdue", "unread"), ("open", label("open"))],
    }


def _known(*values: str) -> list[tuple[str, str]]:
    return [(value, str(VALUE_NAMES[value])) for value in values]


def _chip(term: Term, wanted: Wanted, options: Options) -> Chip:
    return Chip(
        name=_field_words(term),
        value=", ".join(
            _value_words(term, value, dict(options.get(term.field, ()))) for value in term.values
        ),
        remove_url=wanted.url(wanted.query.without(term)),
    )


def _field_words(term: Term) -> str:
    if term.field in ("is", "has"):
        with_it = gettext("Only") if term.field == "is" else gettext("With")
        return gettext("Without") if term.is_negated else with_it
    name = str(FIELD_NAMES[term.field])
    if term.field == "created" and is_span(term.values[0]):
        name = gettext("Age")
    return gettext("Not %(field)s", field=name) if term.is_negated else name


def _value_words(term: Term, value: str, options: Mapping[str, str]) -> str:
    if FIELDS[term.field].takes is Takes.MOMENT:
        if not is_span(value):
            return calendar_words(term.operator, value)
        return _age_words(term.operator, value) if term.field != "due" else _ahead_words(term.operator, value)
    if term.field in CLOCK_WORDS:
        return CLOCK_WORDS[term.field](value)
    if term.field == "via":
        return label(value)
    words = options.get(value) or str(VALUE_NAMES.get(value.lower(), value))
    return f"{SIGNS[term.operator]} {words}" if term.operator in SIGNS else words


def _age_words(operator: str, value: str) -> str:
    length = span(span_in(value))
    if operator == ">":
        return gettext("more than %(span)s ago", span=length)
    return gettext("less than %(span)s ago", span=length)


def _ahead_words(operator: str, value: str) -> str:
    length = span(span_in(value))
    if operator == ">":
        return gettext("in more than %(span)s", span=length)
    return gettext("within %(span)s", span=length)
