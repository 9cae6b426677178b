"""What is offered below the search box and in the palette while somebody types: the options of a listbox."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, g, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from helpdesk.core.db import db
from helpdesk.tickets.criteria.completion import completions
from helpdesk.tickets.suggestions import suggestions
from helpdesk.web.agents.destinations import Destination, destinations
from helpdesk.web.agents.lookup import number_in
from helpdesk.web.answers import Page

bp = Blueprint("suggestions", __name__, url_prefix="/search/suggestions")

LONGEST = 500
MOST_COMPLETIONS = 8
MOST_DESTINATIONS = 4

_OPERATES = re.compile(r'(?:^|[\s(])-?[\w-]+(?::|[<>]=?)|[()"]', re.ASCII)
"""What is typed is of the language, not words alone."""


@dataclass(frozen=True, slots=True)
class Option:
    """One line: where it leads, or what it puts in place of text[start:end]."""

    name: str
    second: str = ""
    url: str = ""
    insert: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Options of a kind, and what the kind is called."""

    name: LazyString
    icon: str
    options: Sequence[Option]


KINDS: Mapping[str, tuple[LazyString, str]] = {
    "ticket": (_("Tickets"), "inbox"),
    "person": (_("People"), "user"),
    "organization": (_("Organizations"), "building"),
    "tag": (_("Tags"), "tag"),
}


@bp.get("")
def index() -> Page:
    """Three lists in one: what is typed may be a term of the language, the name of something, or a page.

    With `only=terms` the first alone, for a field that narrows a list; with `only=names` the others, for the palette.
    """
    typed = request.args.get("q", "")[:LONGEST]
    only = request.args.get("only", "")
    groups: list[Group] = []
    if only != "terms" and not _OPERATES.search(typed):
        groups += [*_goes_to(typed), *_names(typed)]
    if only != "names":
        groups += _terms(typed, request.args.get("caret", len(typed), type=int))
    # without what pages have around them: it would be counted first
    return current_app.jinja_env.get_template("agents/search/_suggestions.html").render(groups=groups)


def _terms(typed: str, caret: int) -> Iterable[Group]:
    found = completions(typed, min(max(caret, 0), len(typed)), g.agent)[:MOST_COMPLETIONS]
    options = [
        Option(
            each.insert.strip(),
            each.label if each.label not in each.insert else "",
            "",
            each.insert,
            each.start,
            each.end,
        )
        for each in found
    ]
    return [Group(_("Narrow the search"), "filter", options)] if options else []


def _goes_to(typed: str) -> Iterable[Group]:
    words = typed.casefold().split()
    found = [each for each in destinations() if words and _is_called(each, words)]
    options = [Option(each.name, url=each.url) for each in found[:MOST_DESTINATIONS]]
    return [Group(_("Go to"), "chevron-right", options)] if options else []


def _is_called(destination: Destination, words: Sequence[str]) -> bool:
    """Each of the words begins one of the name."""
    name = destination.name.casefold().split()
    return all(any(part.startswith(word) for part in name) for word in words)


def _names(typed: str) -> Iterable[Group]:
    found = suggestions(typed, number_in(typed), g.agent)
    rows = db.session.execute(*found).all() if found is not None else []
    for kind, (name, icon) in KINDS.items():
        options = list({row.key: _option(row) for row in rows if row.kind == kind}.values())
        if options:
            yield Group(name, icon, options)


def _option(row: Any) -> Option:
    second = row.second or ""
    if row.kind == "ticket":
        url = url_for("agents.tickets.show", number=row.key)
        return Option(row.name, f"{row.key} · {second}" if second else row.key, url)
    if row.kind == "person":
        return Option(
            row.name, second if second != row.name else "", url_for("agents.people.show", person_id=row.key)
        )
    if row.kind == "organization":
        return Option(row.name, "", url_for("agents.organizations.show", organization_id=row.key))
    return Option(
        row.name,
        "",
        url_for("agents.search.show", q=f'tag:"{row.name}"' if " " in row.name else f"tag:{row.name}"),
    )
