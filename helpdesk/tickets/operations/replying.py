"""Answering in public and noting for colleagues."""

from collections.abc import Sequence

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.events import publish
from helpdesk.tickets.events import CommentWritten, StatusChanged
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.operations.attaching import Upload, attach
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.progressing import refuse_late_reopen
from helpdesk.tickets.operations.writing import add_comment


def reply(
    ticket: Ticket,
    *,
    by: User,
    content: str,
    status: TicketStatus | None = None,
    uploads: Sequence[Upload] = (),
) -> Comment:
    """Answer in public. Staff's answer makes an open ticket wait for the customer, unless `status` says otherwise;
    a customer's answer makes it open again, within the time for reopening.

    Raises NothingWritten, ImpossibleMove, TooLate, and what `attach` raises.
    """
    ticket = lock(ticket)  # two replies at once follow each other; neither is refused
    was = ticket.status
    if not by.is_staff:
        refuse_late_reopen(ticket)
    comment = add_comment(ticket, by=by, content=content)
    attach(comment, uploads=uploads)
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


def note(ticket: Ticket, *, by: User, content: str, uploads: Sequence[Upload] = ()) -> Comment:
    """Write something that customers never see. Changes no status. Raises NothingWritten and what `attach` raises."""
    ticket = lock(ticket)
    comment = add_comment(ticket, by=by, content=content, is_internal=True)
    attach(comment, uploads=uploads)
    ticket.updated_at = clock.now()
    publish(CommentWritten(comment, ticket=ticket, by=by))
    return comment
