"""Answering in public and noting for colleagues."""

from collections.abc import Sequence

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish
from helpdesk.tickets.events import CommentWritten
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.models.lifecycle import moved
from helpdesk.tickets.operations.addressing import record
from helpdesk.tickets.operations.attaching import Upload, write
from helpdesk.tickets.operations.holding import Hold, cancel_scheduled, hold_back
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.progressing import refuse_late_reopen
from helpdesk.tickets.operations.publishing import follow_up_publication, status_after
from helpdesk.tickets.operations.writing import Writing
from helpdesk.tickets.recipients import Recipients, derived


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
    recipients: Recipients | None = None,
    hold: Hold | None = None,
) -> Comment:
    """Answer in public. Staff's answer makes an open ticket wait for the customer, unless `status` says otherwise;
    a customer's answer makes it open again, within the time for reopening, and cancels what was to be sent later.

    `recipients` of staff's answer: None takes those that the conversation suggests. With `hold` it is kept unpublished,
    and nothing of all that happens before it is published (operations.holding). `seen` is the position of the last
    message the writer has read; None asks nothing. Two replies at once follow each other. Raises ThreadGrew,
    ImpossibleMove, TooLate, NotAMoment, and what `write` raises.
    """
    ticket = lock(ticket)
    refuse_unread(ticket, by=by, seen=seen)
    wanted = status if by.is_staff and status else status_after(ticket, by)
    if not by.is_staff:
        refuse_late_reopen(ticket)
    elif recipients is None:
        recipients = derived(ticket, by=by).recipients
    comment = write(ticket, by=by, content=content, uploads=uploads, staged=staged, is_held=hold is not None)
    if by.is_staff and recipients:
        record(comment, recipients)
    if hold is not None:
        moved(ticket, wanted, at=clock.now())  # what it cannot become is said now, not when nobody looks
        hold_back(comment, hold, status=status)
        return comment
    follow_up_publication(comment, ticket=ticket, by=by, status=wanted)
    if not by.is_staff:
        cancel_scheduled(ticket)
    return comment


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
        .where(Comment.ticket_id == ticket.id, Comment.published_at.is_not(None))
        .order_by(Comment.published_at, Comment.id)  # a mail may have been on its way for long
        .offset(seen)
    )
    news = sum(author != by.id for author in db.session.scalars(later))
    if news:
        raise ThreadGrew(seen=seen, news=news)
