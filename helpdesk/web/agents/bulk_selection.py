"""Which tickets a deed is for: those that were ticked in a list, or all of the list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import g, request, url_for
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict

from helpdesk.core.db import among, db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.queues.catalogue import SEARCH, Listing, listing
from helpdesk.queues.views import is_view_slug
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import deleted_for, tickets_for
from helpdesk.web.agents.desk_zone import desk_zone

BIN = "bin"
"""The slug of the deleted tickets: a list as well."""

MOST_TICKED = 100  # more than a page holds
MOST_AT_ONCE = 50_000
_NUMBER = re.compile(r"[A-Z0-9-]{1,40}")


class TooManyTickets(Unwelcome):
    """More tickets than one deed changes."""

    status = 422

    def __init__(self, most: int) -> None:
        super().__init__(
            f"More than {most:,} tickets match. Narrow the list with a filter, then do it in parts."
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """A list as its address names it, and what was ticked there; nothing ticked by number means all of it."""

    slug: str
    query: str = ""
    sort: str = ""
    marks: Mapping[str, str] | None = None
    numbers: Sequence[str] = ()
    is_all: bool = False

    @property
    def list_url(self) -> str:
        """The page of the list that the deed came from."""
        named = {"q": self.query, "sort": self.sort, **(self.marks or {})}
        args: dict[str, Any] = {name: value for name, value in named.items() if value}
        if self.slug == BIN:
            return url_for("agents.deleted_tickets.index", **args)
        if self.slug == SEARCH:
            return url_for("agents.search.show", **args)
        kind = "views" if is_view_slug(self.slug) else "queues"
        return url_for(f"agents.{kind}.show", slug=self.slug, **args)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What an address or the hidden fields of a form say of it."""
        named = {"in": self.slug, "q": self.query, "sort": self.sort, **(self.marks or {})}
        fields = [(name, value) for name, value in named.items() if value]
        if self.is_all:
            return [*fields, ("all", "1")]
        return [*fields, *(("number", number) for number in self.numbers)]

    @property
    def meaning(self) -> str:
        """Names which tickets all of the list are: another one once the view was changed. Empty for ticked ones."""
        if not self.is_all:
            return ""
        meant = self.slug if self.slug == BIN else self._listing.meaning
        return sha256(meant.encode()).hexdigest()[:32]

    def ids(self, newest: int | None = None, *, most: int | None = None) -> list[int]:
        """The tickets this agent may see among those, in one statement. Raises TooManyTickets and what lists raise.

        Numbers of other people's tickets are as absent as numbers that do not exist. `newest` leaves out tickets
        that came after that one.
        """
        tickets = self._tickets().order_by(None).with_only_columns(Ticket.id)
        if newest is not None:
            tickets = tickets.where(Ticket.id <= newest)
        most = most or MOST_AT_ONCE
        found = list(db.session.scalars(tickets.limit(most + 1)))
        if len(found) > most:
            raise TooManyTickets(most)
        return found

    def these(self, ids: Sequence[int]) -> Select[Ticket]:
        """The tickets with these ids, under the rights of this agent once more."""
        visible = deleted_for(g.agent) if self.slug == BIN else tickets_for(g.agent)
        return visible.where(among(Ticket.id, ids))

    def _tickets(self) -> Select[Ticket]:
        if not self.is_all:
            visible = deleted_for(g.agent) if self.slug == BIN else tickets_for(g.agent)
            return visible.where(Ticket.ticket_number.in_(self.numbers))
        if self.slug == BIN:
            return deleted_for(g.agent)
        return self._listing.tickets

    @property
    def _listing(self) -> Listing:
        return listing(self.slug, self.query, self.sort, g.agent, zone=desk_zone())


def selection_in(sent: MultiDict[str, str]) -> Selection:
    """What a form or an address means."""
    typed = (number.strip().upper() for number in sent.getlist("number"))
    return Selection(
        slug=sent.get("in", ""),
        query=one_line(sent.get("q", "")),
        sort=one_line(sent.get("sort", "")),
        marks={name: sent[name] for name in ("after", "before") if sent.get(name)},
        numbers=[number for number in dict.fromkeys(typed) if _NUMBER.fullmatch(number)][:MOST_TICKED],
        is_all=sent.get("all") == "1",
    )


def selection_of(slug: str, query: str = "", sort: str = "") -> Selection:
    """The list a page shows, nothing ticked yet."""
    marks = {name: request.args[name] for name in ("after", "before") if request.args.get(name)}
    return Selection(slug, query, sort, marks)
