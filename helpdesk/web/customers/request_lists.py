"""A list of requests as its address asks for it: open, solved or all; with which words; latest or oldest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from sqlalchemy import Select, func

from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import Key, KeysetPage, keyset_page
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import open_ones, settled
from helpdesk.tickets.requests import name_of_organization, worded
from helpdesk.web.customers.belonging import learn_name
from helpdesk.web.customers.requests import Request, row_of, with_last_words
from helpdesk.web.languages import gettext as _

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


def request_list(tickets: Select[Ticket], endpoint: str) -> RequestList:
    """What the address asks for of these tickets, in two statements. Raises BadMark."""
    words = one_line(request.args.get("q", ""))
    found = worded(tickets, words)
    wanted = request.args.get("show", "")
    show = wanted if wanted in SHOWN else ALL if words else OPEN
    sort = OLDEST if request.args.get("sort") == OLDEST else LATEST
    marks = {name: request.args.get(name) for name in ("after", "before")}
    chosen = with_last_words(SHOWN[show](found), reader=g.customer)
    page = keyset_page(chosen, ORDERS[sort], size=PAGE_SIZE, **marks)
    open_count, solved_count = _open_and_settled(found)
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


def _open_and_settled(tickets: Select[Ticket]) -> tuple[int, int]:
    """How many of these are open and how many are not; the organization's name comes along."""
    is_open, how_many = Ticket.is_open, func.count()
    counts = tickets.with_only_columns(
        how_many.filter(is_open), how_many.filter(~is_open), name_of_organization(g.customer)
    )
    opened, solved, name = db.session.execute(counts).one()
    learn_name(name)
    return opened, solved
