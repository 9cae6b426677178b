"""Answering in public and noting for colleagues."""

from collections.abc import Sequence

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish
from helpdesk.tickets.events import CommentWritten, StatusChanged
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.operations.attaching import Upload, write
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.progressing import refuse_late_reopen
from helpdesk.tickets.operations.writing import Writing


class ThreadGrew(Conflict):
    """Others have written since the writer looked: `seen` messages were known, `news` more came from others."""

    def __init__(self, *, seen: int, news: int) -> None:
        super().__init__("Messages came while you wrote. Read them, then send.")
        self.seen, self.news = seen, news


def reply(
    ticket: Ticket,
    *,
    by: User,
    content: str | Writing,
    status: TicketStatus | None = None,
    uploads: Sequence[Upload] = (),
    staged: Sequence[str] = (),
    seen: int | None = None,
) -> Comment:
    """Answer in public. Staff's answer makes an open ticket wait for the customer, unless `status` says otherwise;
    a customer's answer makes it open again, within the time for reopening.

    `seen` is the position of the last message the writer has read; None asks nothing. Two replies at once follow each
    other. Raises ThreadGrew, ImpossibleMove, TooLate, and what `write` raises.
    """
    ticket = lock(ticket)
    refuse_unread(ticket, by=by, seen=seen)
    was = ticket.status
    if not by.is_staff:
        refuse_late_reopen(ticket)
    comment = write(ticket, by=by, content=content, uploads=uploads, staged=staged)
    if by.is_staff and ticket.first_responded_at is None:
        ticket.first_responded_at = comment.published_at
    ticket.move_to(status if by.is_staff and status else _status_after(ticket, by))
    publish(CommentWritten(comment, ticket=ticket, by=by))
    if ticket.status is not was:
        publish(StatusChanged(ticket, was=was, by=by))
    return comment


def _status_after(ticket: Ticket, by: User) -> TicketStatus:
    if not by.is_staff:
        return TicketStatus.OPEN
    return TicketStatus.WAITING_ON_CUSTOMER if ticket.is_open else ticket.status


def note(
    ticket: Ticket,
    *,
    by: User,
    content: str | Writing,
    uploads: Sequence[Upload] = (),
    staged: Sequence[str] = (),
    seen: int | None = None,
) -> Comment:
    """Write something that customers never see. Changes no status. Raises ThreadGrew and what `write` raises."""
    ticket = lock(ticket)
    refuse_unread(ticket, by=by, seen=seen)
    comment = write(ticket, by=by, content=content, uploads=uploads, staged=staged, is_internal=True)
    ticket.updated_at = clock.now()
    publish(CommentWritten(comment, ticket=ticket, by=by))
    return comment


def refuse_unread(ticket: Ticket, *, by: User, seen: int | None) -> None:
    """Raises ThreadGrew where others have written more than `by` had seen; what one wrote oneself is no news."""
    if seen is None:
        return
    later = (
        select(Comment.author_id)
        .where(Comment.ticket_id == ticket.id)
        .order_by(Comment.created_at, Comment.id)
        .offset(seen)
    )
    news = sum(author != by.id for author in db.session.scalars(later))
    if news:
        raise ThreadGrew(seen=seen, news=news)
