"""The list of people: what is chosen of it by the address, its rows, its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import g, request, url_for
from sqlalchemy import ColumnElement, DateTime, FromClause, and_, func, or_, select, union

from helpdesk.accounts import queries
from helpdesk.accounts.models import User
from helpdesk.core.counts import told
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import Key, KeysetPage, keyset_page
from helpdesk.identity.models import SignInSession
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import open_ones, tickets_for
from helpdesk.web.admin.list_order import Head, ListOrder, Orders, asked_order
from helpdesk.web.admin.people_filters import Chooser, asked_filters, choosers, narrowed
from helpdesk.web.languages import gettext as _

PAGE_SIZE = 50
EVERYONE = "everyone"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
SEGMENTS: Mapping[str, ColumnElement[bool]] = {
    EVERYONE: queries.IS_SOMEBODY,
    "staff": queries.IS_STAFF,
    "customers": queries.IS_CUSTOMER,
    "deactivated": queries.IS_DEACTIVATED,
}


@dataclass(frozen=True, slots=True)
class PeopleList:
    """One page of people and how it was asked for."""

    show: str
    words: str
    filters: Mapping[str, str]
    order: ListOrder
    page: KeysetPage[Any]
    counts: Mapping[str, int]
    choosers: Sequence[Chooser]

    @property
    def count(self) -> int:
        """How many there are in what is shown, up to a cap."""
        return self.counts[self.show]

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The choices above the list."""
        names = (_("Everyone"), _("Staff"), _("Customers"), _("Deactivated"))
        return [
            {
                "label": name,
                "url": self.url(show=show),
                "is_current": show == self.show,
                "count": self.counts[show],
            }
            for show, name in zip(SEGMENTS, names, strict=True)
        ]

    @property
    def heads(self) -> dict[str, Head]:
        """Of the columns it can be sorted by."""
        return self.order.heads(lambda sort: self.url(sort=sort))

    @property
    def is_narrowed(self) -> bool:
        """Whether something is searched or filtered."""
        return bool(self.words or self.filters)

    def url(self, **changes: str | None) -> str:
        """The same list, changed in this; None takes something away."""
        asked = {"show": self.show, "q": self.words, "sort": self.order.sort, **self.filters, **changes}
        return url_for("admin.people.index", **_set(**asked))


def people_list() -> PeopleList:
    """What the address asks for. Costs two statements; three for an empty page."""
    asked, filters = list_state(), asked_filters()
    show, words = asked.get("show", EVERYONE), asked.get("q", "")
    found = narrowed(queries.matching(queries.people(), words), filters)
    counted = queries.counted(found, SEGMENTS, is_searched=bool(words))
    opened = _opened()
    order = asked_order(_orders(opened))
    if order.name == "open":
        found = found.outerjoin(opened, opened.c.person_id == User.id)
    rows = queries.listed(found.where(SEGMENTS[show]), *more_columns(), counted.label("_counts"))
    marks = {name: asked.get(name) for name in ("after", "before")}
    page = keyset_page(rows, order.keys, size=PAGE_SIZE, **marks)
    counts = page.rows[0]._counts if page.rows else db.session.scalars(select(counted)).one()
    numbers = {each: told(count) for each, count in counts.items()}
    return PeopleList(show, words, filters, order, page, numbers, choosers(filters))


def list_state() -> dict[str, Any]:
    """What the address chooses of the list: kept by every link and form beside it."""
    names = ("q", "show", "sort", "after", "before")
    asked = {name: one_line(request.args.get(name, "")) for name in names}
    if asked["show"] not in SEGMENTS:
        asked["show"] = ""
    return _set(**asked, **asked_filters())


def more_columns() -> tuple[ColumnElement[Any], ...]:
    """What of a person lies above accounts: open tickets, when last seen, when last invited."""
    invited = (
        select(func.max(OutboxMessage.created_at))
        .join(OutboxMessage.recipients)
        .where(OutboxRecipient.user_id == User.id, OutboxMessage.purpose == MailPurpose.INVITATION)
    )
    return (
        _open_count().label("open_count"),
        _last_seen().label("seen_at"),
        invited.correlate(User).scalar_subquery().label("invited_at"),
    )


def _open_count() -> ColumnElement[int]:
    """Those that the link beside the number finds: what staff have, what customers asked for."""
    theirs = or_(
        and_(User.is_staff, Ticket.assignee_id == User.id),
        and_(~User.is_staff, Ticket.requester_id == User.id),
    )
    opened = open_ones(tickets_for(g.agent)).where(theirs).with_only_columns(func.count())
    return opened.correlate(User).scalar_subquery()


def _last_seen() -> ColumnElement[datetime]:
    seen = select(func.max(SignInSession.last_seen_at)).where(SignInSession.user_id == User.id)
    in_session = seen.correlate(User).scalar_subquery()
    return func.greatest(User.last_login, in_session, type_=DateTime(timezone=True))


def _opened() -> FromClause:
    """Open tickets by person, all counted at once: thousands of single counts would take seconds."""
    opened = open_ones(tickets_for(g.agent))
    has = opened.join(User, User.id == Ticket.assignee_id).where(User.is_staff)
    asked = opened.join(User, User.id == Ticket.requester_id).where(~User.is_staff)
    pairs = union(
        has.with_only_columns(Ticket.id, Ticket.assignee_id.label("person_id")),
        asked.with_only_columns(Ticket.id, Ticket.requester_id.label("person_id")),
    ).subquery()
    numbers = select(pairs.c.person_id, func.count().label("number")).group_by(pairs.c.person_id)
    return numbers.subquery()


def _orders(opened: FromClause) -> Orders:
    return {
        "name": queries.BY_NAME,
        "seen": [Key(func.coalesce(_last_seen(), NEVER), descending=True), Key(User.id)],
        "since": [Key(User.created_at, descending=True), Key(User.id)],
        "open": [Key(func.coalesce(opened.c.number, 0), descending=True), Key(User.id)],
    }


def _set(**values: str | None) -> dict[str, Any]:
    """Those that say something: the whole list has the shortest address."""
    return {name: value for name, value in values.items() if value and value != EVERYONE}
