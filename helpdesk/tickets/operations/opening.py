"""Opening a ticket."""

from collections.abc import Sequence
from datetime import datetime

from helpdesk.accounts.models import Team, User
from helpdesk.core import clock, current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.events import publish
from helpdesk.core.html import clean_text
from helpdesk.tickets.events import TicketOpened
from helpdesk.tickets.models import Ticket, TicketPriority
from helpdesk.tickets.operations.attaching import Upload, write
from helpdesk.tickets.operations.participating import invite
from helpdesk.tickets.operations.writing import Writing

LONGEST_TITLE = 300


class BadTitle(Unwelcome):
    """A title that is empty or too long."""

    status = 422


def clean_title(title: str) -> str:
    """A title on one line. Raises BadTitle."""
    cleaned = " ".join(clean_text(title).split())
    if not cleaned:
        raise BadTitle("Give it a title: a few words that say what it is about.")
    if len(cleaned) > LONGEST_TITLE:
        raise BadTitle(
            f"The title is longer than {LONGEST_TITLE} characters. Move the details into the description."
        )
    return cleaned


def open_ticket(
    *,
    requester: User,
    by: User,
    title: str,
    description: str | Writing,
    priority: TicketPriority = TicketPriority.MEDIUM,
    team: Team | None = None,
    due_at: datetime | None = None,
    participants: Sequence[User] = (),
    cc: Sequence[str] = (),
    uploads: Sequence[Upload] = (),
    via: Via | None = None,
    mailbox_id: int | None = None,
    is_automatic: bool = False,
) -> Ticket:
    """Open a ticket for `requester`, typed by `by`. The organization is kept as it is now.

    `cc` are addresses of people who are asked to take part; `participants` take part without being told.
    `via` is how the request came in, where that is not the door through which it is typed: by phone, at the counter.
    `mailbox_id` is where its mail arrived; with `is_automatic` nothing automatic answers.
    Raises BadTitle, NothingWritten, and what `invite` and `attach` raise.
    """
    ticket = begin(
        requester=requester,
        by=by,
        title=title,
        priority=priority,
        team=team,
        participants=participants,
        via=via,
    )
    ticket.due_at, ticket.mailbox_id = due_at, mailbox_id
    if isinstance(description, Writing) and description.written_at:
        ticket.created_at = min(description.written_at, ticket.created_at)
    comment = write(ticket, by=by, content=description, uploads=uploads, is_opening=True)
    comment.via = ticket.via
    db.session.flush()
    publish(TicketOpened(ticket, by=by, is_automatic=is_automatic))
    for email in cc:
        invite(ticket, email=email, by=by)
    return ticket


def begin(
    *,
    requester: User,
    by: User,
    title: str,
    priority: TicketPriority = TicketPriority.MEDIUM,
    team: Team | None = None,
    participants: Sequence[User] = (),
    via: Via | None = None,
) -> Ticket:
    """A ticket that has nothing in it yet, and of which nobody has been told. Raises BadTitle."""
    ticket = Ticket(
        title=clean_title(title),
        priority=priority,
        requester_id=requester.id,
        creator_id=by.id,
        organization_id=requester.organization_id,
        team_id=team.id if team else None,
        via=via or current.entry().via,
        created_at=clock.now(),
        participants=[person for person in participants if person.id != requester.id],
        tags=[],
        watchers=[],
    )
    db.session.add(ticket)
    db.session.flush()
    return ticket
