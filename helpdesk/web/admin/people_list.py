"""The list of people: what is chosen of it by the address, its rows, its counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from sqlalchemy import ColumnElement, func, or_, select

from helpdesk.accounts import queries
from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import KeysetPage, keyset_page
from helpdesk.identity.models import SignInSession
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import open_ones, tickets_for
from helpdesk.web.languages import gettext as _

PAGE_SIZE = 50
EVERYONE = "everyone"
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
    page: KeysetPage[Any]
    counts: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many there are in what is shown."""
        return self.counts[self.show]

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The choices above the list."""
        names = (_("Everyone"), _("Staff"), _("Customers"), _("Deactivated"))
        return [
            {
                "label": name,
                "url": url_for("admin.people.index", **_set(show=show, q=self.words)),
                "is_current": show == self.show,
                "count": self.counts[show],
            }
            for show, name in zip(SEGMENTS, names, strict=True)
        ]

    def beside(self, **marks: str | None) -> str:
        """The address of a neighbouring page."""
        return url_for("admin.people.index", **_set(show=self.show, q=self.words, **marks))


def people_list() -> PeopleList:
    """What the address asks for. Costs two statements."""
    asked = list_state()
    show, words = asked.get("show", EVERYONE), asked.get("q", "")
    found = queries.matching(queries.people(), words)
    counts = db.session.execute(queries.counts(found, SEGMENTS)).one()
    rows = queries.listed(found.where(SEGMENTS[show]), *more_columns())
    marks = {name: asked.get(name) for name in ("after", "before")}
    page = keyset_page(rows, queries.BY_NAME, size=PAGE_SIZE, **marks)
    return PeopleList(show, words, page, dict(counts._mapping))


def list_state() -> dict[str, Any]:
    """What the address chooses of the list: kept by every link and form beside it."""
    asked = {name: one_line(request.args.get(name, "")) for name in ("q", "show", "after", "before")}
    return _set(**asked) if asked["show"] in SEGMENTS else _set(**{**asked, "show": None})


def more_columns() -> tuple[ColumnElement[Any], ...]:
    """What of a person lies above accounts: open tickets they have or asked for, when last seen, when last invited."""
    theirs = or_(Ticket.assignee_id == User.id, Ticket.requester_id == User.id)
    tickets = open_ones(tickets_for(g.agent)).where(theirs).with_only_columns(func.count())
    seen = select(func.max(SignInSession.last_seen_at)).where(SignInSession.user_id == User.id)
    invited = (
        select(func.max(OutboxMessage.created_at))
        .join(OutboxMessage.recipients)
        .where(OutboxRecipient.user_id == User.id, OutboxMessage.purpose == MailPurpose.INVITATION)
    )
    last_seen = func.greatest(User.last_login, seen.correlate(User).scalar_subquery())
    return (
        tickets.correlate(User).scalar_subquery().label("open_count"),
        last_seen.label("seen_at"),
        invited.correlate(User).scalar_subquery().label("invited_at"),
    )


def _set(**values: str | None) -> dict[str, Any]:
    """Those that say something: the whole list has the shortest address."""
    return {name: value for name, value in values.items() if value and value != EVERYONE}
