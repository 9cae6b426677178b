"""A list of requests as its address asks for it: open, solved or all; with which words; latest or oldest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flask import g, request, url_for
from sqlalchemy import BigInteger, Select, bindparam, func
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import Kept, Key, KeysetPage, keyset_page, paged
from helpdesk.tickets.headlines import beginnings
from helpdesk.tickets.kept import kept, values_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import open_ones, settled
from helpdesk.tickets.requests import MOST_WORDS, name_of_organization, organization_id, worded
from helpdesk.web.customers.belonging import learn_name
from helpdesk.web.customers.requests import Request, row_of, with_last_words
from helpdesk.web.languages import gettext as _

Whose: TypeAlias = Callable[[User], Select[Ticket]]
"""Which tickets a list is made of, for who reads it: a function of a module, since it is remembered by it."""

ORGANIZATION = "reader_belongs_to"
PAGE_SIZE = 25
OPEN, SOLVED, ALL = "open", "solved", "all"
SHOWN: Mapping[str, Callable[[Select[Ticket]], Select[Ticket]]] = {
    OPEN: open_ones,
    SOLVED: settled,
    ALL: lambda tickets: tickets,
}
LATEST, OLDEST = "latest", "oldest"
ORDERS: Mapping[str, tuple[Key, Key]] = {
    LATEST: (Key(Ticket.last_public_at, descending=True), Key(Ticket.id, descending=True)),
    OLDEST: (Key(Ticket.last_public_at), Key(Ticket.id)),
}


@dataclass(frozen=True, slots=True)
class RequestList:
    """One page of a list, and the addresses of what is beside it."""

    endpoint: str
    show: str
    sort: str
    words: str
    requests: Sequence[Request]
    page: KeysetPage[Any]
    open_count: int
    solved_count: int

    @property
    def count(self) -> int:
        """How many requests there are, of those with the words."""
        return self.open_count + self.solved_count

    @property
    def first_of_all(self) -> str:
        """What is shown without being asked for: while one searches, whatever there is."""
        return ALL if self.words else OPEN

    def url(self, **other: str | None) -> str:
        """The same list with something changed; pages begin anew."""
        wanted: dict[str, Any] = {
            "show": self.show,
            "sort": self.sort,
            "q": self.words or None,
            **other,
        }
        if wanted["show"] == (ALL if wanted["q"] else OPEN):
            del wanted["show"]
        if wanted["sort"] == LATEST:
            del wanted["sort"]
        return url_for(self.endpoint, **wanted)

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The choices above the list."""
        choices = [(OPEN, _("Open"), self.open_count), (SOLVED, _("Solved"), self.solved_count)]
        if self.words:
            choices.insert(0, (ALL, _("All"), self.count))
        return [
            {"label": label, "url": self.url(show=show), "is_current": show == self.show, "count": count}
            for show, label, count in choices
        ]


def request_list(whose: Whose, endpoint: str, *, is_own: bool = False) -> RequestList:
    """What the address asks for of somebody's tickets, `is_own` where they are the customer's own; mostly in one
    statement. Raises BadMark.
    """
    words = one_line(request.args.get("q", ""))
    wanted = request.args.get("show", "")
    show = wanted if wanted in SHOWN else ALL if words else OPEN
    sort = OLDEST if request.args.get("sort") == OLDEST else LATEST
    marks = {name: request.args.get(name) for name in ("after", "before")}
    if words:
        asked = _asked(whose, g.customer, show, sort, words, is_own=is_own)
    else:
        asked = _known(g.customer, whose, show, sort)
    values = {**values_of(g.customer), ORGANIZATION: organization_id(g.customer)}
    rows = Kept(asked.rows, asked.first, values)
    page = keyset_page(rows, ORDERS[sort], size=PAGE_SIZE, **marks)
    (open_count, solved_count), name = (
        (page.rows[0].counts, page.rows[0].organization)
        if page.rows
        else db.session.execute(asked.counts, values).one()
    )
    learn_name(name)
    return RequestList(
        endpoint=endpoint,
        show=show,
        sort=sort,
        words=words,
        requests=[row_of(found, reader=g.customer) for found in page.rows],
        page=page,
        open_count=open_count,
        solved_count=solved_count,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The statements of a list: any page, the first one, and where that is empty what is beside it."""

    rows: Select[Any]
    first: Select[Any]
    counts: Select[Any]


@kept
def _known(reader: User, whose: Whose, show: str, sort: str) -> _Asked:
    """Built once for everybody who sees by the same rules."""
    return _asked(whose, reader, show, sort)


def _asked(
    whose: Whose, reader: User, show: str, sort: str, words: str = "", *, is_own: bool = False
) -> _Asked:
    found = worded(whose(reader), words, is_own=is_own)
    sought = beginnings(words.split()[:MOST_WORDS])
    counts = _open_and_settled(found)
    name = name_of_organization(bindparam(ORGANIZATION, type_=BigInteger()))
    chosen = with_last_words(SHOWN[show](found), reader=reader, found=sought).add_columns(
        counts.correlate(None).scalar_subquery().label("counts"), name.label("organization")
    )
    return _Asked(chosen, paged(chosen, ORDERS[sort], size=PAGE_SIZE), counts.add_columns(name))


def _open_and_settled(tickets: Select[Ticket]) -> Select[Any]:
    """How many of these are open and how many are not, as a list."""
    is_open, how_many = Ticket.is_open, func.count()
    both = func.jsonb_build_array(how_many.filter(is_open), how_many.filter(~is_open), type_=JSONB)
    return tickets.with_only_columns(both)
