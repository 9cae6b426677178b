"""The list of requests: columns only, in one statement, and what is to be said of each row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row, Select, func, literal, select

from helpdesk.accounts.models import User
from helpdesk.core.json_columns import json_object
from helpdesk.tickets.headlines import Sought, marked_message, marked_title
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.policy import takes_part
from helpdesk.tickets.requests import is_news_for
from helpdesk.web.customers.people import called
from helpdesk.web.languages import gettext as _
from helpdesk.web.marked import headline, marked, without_marks

FIRST_WORDS = 200  # characters; the style sheet cuts them to the line

SILENCE = {
    "author_id": None,
    "author": "",
    "is_staff": True,
    "words": "",
}  # an import may have brought no message


@dataclass(frozen=True, slots=True)
class Request:
    """A row of the list."""

    number: str
    title: str
    found_title: Markup | None
    """With the words that were sought marked."""
    status: TicketStatus
    moment: datetime
    words: str | Markup
    author: str
    owner: str
    """Whose request it is, where it is not the reader's own."""
    is_waiting: bool
    """It waits for the reader."""
    is_unread: bool
    """Somebody else wrote, and the reader has not looked since."""


def with_last_words(tickets: Select[Ticket], *, reader: User, found: Sought = ()) -> Select[Any]:
    """What the list shows of these tickets, the last public message and the people included; of what was `found` by
    words the message that has them.
    """
    # Scalars in the list of columns and no joins: PostgreSQL looks them up for the rows of the page alone, after it
    # has sorted and cut.
    by = {"author_id": Comment.author_id, "author": User.full_name, "is_staff": User.is_staff}
    told = {**by, "words": func.left(Comment.content, FIRST_WORDS)}
    last = (
        select(json_object(**told))
        .join(User, User.id == Comment.author_id)
        .where(Comment.ticket_id == Ticket.id, ~Comment.is_internal, Comment.published_at.is_not(None))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    owner = select(User.full_name).where(User.id == Ticket.requester_id).scalar_subquery()
    return tickets.with_only_columns(
        Ticket.ticket_number,
        Ticket.title,
        Ticket.status,
        Ticket.last_public_at,
        Ticket.requester_id,
        owner.label("owner"),
        (func.coalesce(marked_message(found, reader, **by), last) if found else last).label("last"),
        (marked_title(found) if found else literal(None)).label("found_title"),
        is_news_for(reader).label("is_news"),
        takes_part(reader).label("takes_part"),
    )


def row_of(found: Row[Any], *, reader: User) -> Request:
    """A row as its reader is to see it."""
    is_own = found.requester_id == reader.id
    last: Any = found.last or SILENCE
    is_by_reader = last["author_id"] == reader.id
    return Request(
        number=found.ticket_number,
        title=found.title,
        status=found.status,
        moment=found.last_public_at,
        found_title=_marked_title(found),
        words=headline(last["words"]) if found.found_title else last["words"],
        author=_("You") if is_by_reader else called(last["author"], is_staff=last["is_staff"]),
        owner="" if is_own else called(found.owner, is_staff=False),
        is_unread=found.is_news and found.takes_part,
        is_waiting=is_own and found.status is TicketStatus.WAITING_ON_CUSTOMER,
    )


def _marked_title(found: Row[Any]) -> Markup | None:
    """Only where PostgreSQL has read the title as we do, and it is still the same."""
    title = found.found_title
    return marked(title) if title and without_marks(title) == found.title else None
