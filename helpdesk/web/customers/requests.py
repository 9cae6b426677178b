"""The list of requests: columns only, in one statement, and what is to be said of each row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, true
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.web.customers.people import called
from helpdesk.web.languages import gettext as _

FIRST_WORDS = 200  # characters; the style sheet cuts them to the line

LATEST_FIRST = (Key(Ticket.last_public_at, descending=True), Key(Ticket.id, descending=True))


@dataclass(frozen=True, slots=True)
class Request:
    """A row of the list."""

    number: str
    title: str
    status: TicketStatus
    moment: datetime
    words: str
    author: str
    owner: str
    """Whose request it is, where it is not the reader's own."""
    is_waiting: bool
    """It waits for the reader."""


def with_last_words(tickets: Select[Ticket]) -> Select[Any]:
    """What the list shows of these tickets, the last public message and the people included."""
    last = (
        select(Comment.author_id, func.left(Comment.content, FIRST_WORDS).label("words"))
        .where(Comment.ticket_id == Ticket.id, ~Comment.is_internal, Comment.published_at.is_not(None))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(1)
        .lateral("last")
    )
    author, owner = aliased(User), aliased(User)
    return (
        tickets.with_only_columns(
            Ticket.ticket_number,
            Ticket.title,
            Ticket.status,
            Ticket.last_public_at,
            Ticket.requester_id,
            owner.full_name.label("owner_name"),
            last.c.author_id,
            last.c.words,
            author.full_name.label("author_name"),
            author.is_staff.label("author_is_staff"),
        )
        .select_from(Ticket)
        .outerjoin(last, true())
        .outerjoin(author, author.id == last.c.author_id)
        .outerjoin(owner, owner.id == Ticket.requester_id)
    )


def row_of(found: Row[Any], *, reader: User) -> Request:
    """A row as its reader is to see it."""
    is_own = found.requester_id == reader.id
    is_by_reader = found.author_id == reader.id
    return Request(
        number=found.ticket_number,
        title=found.title,
        status=found.status,
        moment=found.last_public_at,
        words=found.words or "",
        author=_("You") if is_by_reader else called(found.author_name, is_staff=bool(found.author_is_staff)),
        owner="" if is_own else called(found.owner_name, is_staff=False),
        is_waiting=is_own and found.status is TicketStatus.WAITING_ON_CUSTOMER,
    )


def open_and_settled(tickets: Select[Ticket]) -> tuple[int, int]:
    """How many of these are open and how many are not, in one statement."""
    is_open, how_many = Ticket.is_open, func.count()
    counts = tickets.with_only_columns(how_many.filter(is_open), how_many.filter(~is_open))
    opened, settled = db.session.execute(counts).one()
    return opened, settled
