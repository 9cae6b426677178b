"""The query of a list: from the address and the filter's form to terms, and back to addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for

from helpdesk.queues.catalogue import SEARCH, Listing, listing
from helpdesk.queues.views import is_view_slug
from helpdesk.tickets.criteria import FIELDS, BadQuery, Query, Term, parse, together
from helpdesk.tickets.criteria.known import Takes
from helpdesk.tickets.criteria.terms import PLACE, quoted
from helpdesk.web.agents.desk_zone import desk_zone
from helpdesk.web.agents.sidebar_counts import view_read
from helpdesk.web.languages import gettext as _

TYPED = "typed"
"""The parameter of the text field; the selects are named for their fields. Together they become `q`."""

BY_SELECT = tuple(name for name in FIELDS if name != PLACE)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where in a text something was not understood: what stands before it, it, what stands behind it. `better` is the
    text with what was probably meant in its place, empty where nobody knows.
    """

    before: str
    word: str
    after: str
    better: str

    @classmethod
    def of(cls, bad: BadQuery, text: str) -> "Mistake":
        before, word, after = text[: bad.start], text[bad.start : bad.end], text[bad.end :]
        return cls(before, word, after, f"{before}{bad.instead}{after}" if bad.instead else "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. `error` says what of `text` was not understood, `mistake` where; `found` goes by the
    rest.
    """

    found: Listing
    text: str
    error: str = ""
    mistake: Mistake | None = None

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
    zone, view = desk_zone(), view_read(slug) if is_view_slug(slug) else None
    try:
        return Wanted(listing(slug, parse(text), sort, g.agent, zone=zone, view=view), text)
    except BadQuery as bad:
        found = listing(slug, bad.good, sort, g.agent, zone=zone, view=view)
        return Wanted(found, text, _(bad.sentence), Mistake.of(bad, text))


def url_of(slug: str, **args: str | None) -> str:
    """The address of a list, without what is empty."""
    given: dict[str, Any] = {name: value for name, value in args.items() if value}
    if slug == SEARCH:
        return url_for("agents.search.show", **given)
    kind = "views" if is_view_slug(slug) else "queues"
    return url_for(f"agents.{kind}.show", slug=slug, **given)


def tidy_url(slug: str) -> str | None:
    """Where the answer of the filter's form is: its fields put into one query. None where the address is tidy."""
    args = request.args
    if not ({TYPED, *BY_SELECT} & set(args)):
        return None
    text = together([args.get("q", ""), *_chosen(args), args.get(TYPED, "")])
    return url_of(slug, q=text, sort=args.get("sort"))


def _chosen(args: Mapping[str, Any]) -> list[str]:
    """The terms of the selects, as text: what somebody forged is read and refused like what they typed."""
    return [
        f"{name}{value}" if FIELDS[name].takes is Takes.MOMENT else f"{name}:{quoted(value)}"
        for name in BY_SELECT
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
