"""The query of a list: from the address and the filter's form to terms, and back to addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for

from helpdesk.queues.catalogue import SEARCH, Listing, listing
from helpdesk.tickets.criteria import FIELDS, BadQuery, Query, Term, parse
from helpdesk.tickets.criteria.terms import quoted
from helpdesk.web.agents.desk_zone import desk_zone
from helpdesk.web.languages import gettext as _

TYPED = "typed"
"""The parameter of the text field; the selects are named for their fields. Together they become `q`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. `error` says what of `text` was not understood; `found` goes by the rest."""

    found: Listing
    text: str
    error: str = ""

    @property
    def slug(self) -> str:
        return self.found.slug

    @property
    def query(self) -> Query:
        return self.found.query

    def url(self, query: Query | None = None, sort: str | None = None, **marks: str | None) -> str:
        """The same list, narrowed or sorted otherwise, or another page of it."""
        return url_of(
            self.slug,
            q=str(self.query if query is None else query),
            sort=self.found.sort if sort is None else sort,
            **marks,
        )


def wanted(slug: str) -> Wanted:
    """What the address of this request asks of a list. Raises NoSuchList, NoSuchSort."""
    text, sort = request.args.get("q", "").strip(), request.args.get("sort", "")
    zone = desk_zone()
    try:
        return Wanted(listing(slug, parse(text), sort, g.agent, zone=zone), text)
    except BadQuery as bad:
        return Wanted(listing(slug, bad.good, sort, g.agent, zone=zone), text, _(bad.sentence))


def url_of(slug: str, **args: str | None) -> str:
    """The address of a list, without what is empty."""
    given: dict[str, Any] = {name: value for name, value in args.items() if value}
    if slug == SEARCH:
        return url_for("agents.search.show", **given)
    return url_for("agents.queues.show", slug=slug, **given)


def tidy_url(slug: str) -> str | None:
    """Where the answer of the filter's form is: its fields put into one query. None where the address is tidy."""
    args = request.args
    if not ({TYPED, *FIELDS} & set(args)):
        return None
    parts = [args.get("q", ""), *_chosen(args), args.get(TYPED, "")]
    text = " ".join(part.strip() for part in parts if part.strip())
    return url_of(slug, q=text, sort=args.get("sort"))


def _chosen(args: Mapping[str, Any]) -> list[str]:
    """The terms of the selects, as text: what somebody forged is read and refused like what they typed."""
    return [
        f"{name}{value}" if len(FIELDS[name].operators) > 1 else f"{name}:{quoted(value)}"
        for name in FIELDS
        if (value := args.get(name, "").strip())
    ]


def shown_in_select(query: Query, name: str, values: list[str]) -> tuple[Term, str] | None:
    """The one term of a field that its select can show, and the option it is."""
    terms = [term for term in query.terms if term.field == name]
    if len(terms) != 1 or terms[0].is_negated or len(terms[0].values) != 1:
        return None
    (value,) = terms[0].values
    spelled = value if terms[0].operator == ":" else terms[0].operator + value
    option = next((each for each in values if each.lower() == spelled.lower()), None)
    return None if option is None else (terms[0], option)
