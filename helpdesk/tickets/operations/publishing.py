"""What follows from a public message once customers may read it: who takes part, first response, status, events."""

from helpdesk.accounts.models import User
from helpdesk.core.events import publish
from helpdesk.tickets.events import CommentWritten, StatusChanged
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.operations.addressing import let_in


def follow_up_publication(comment: Comment, *, ticket: Ticket, by: User, status: TicketStatus) -> None:
    """`by` wrote the comment, which is published; the ticket, locked, goes to `status`. Raises ImpossibleMove."""
    was = ticket.status
    if by.is_staff:
        let_in(ticket, comment, by=by)
        if ticket.first_responded_at is None:
            ticket.first_responded_at = comment.published_at
    ticket.move_to(status)
    publish(CommentWritten(comment, ticket=ticket, by=by))
    if ticket.status is not was:
        publish(StatusChanged(ticket, was=was, by=by))


def status_after(ticket: Ticket, by: User) -> TicketStatus:
    """Where a public message moves a ticket by itself: staff's wait for the customer, customers' open it."""
    if not by.is_staff:
        return TicketStatus.OPEN
    return TicketStatus.WAITING_ON_CUSTOMER if ticket.is_open else ticket.status
