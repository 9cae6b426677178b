"""Status, priority, deadline and title of one ticket."""

from datetime import datetime, timedelta

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, Unwelcome
from helpdesk.core.events import publish
from helpdesk.settings.catalogue import Desk, load_desk
from helpdesk.tickets.events import StatusChanged
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.opening import clean_title

YEARS_OF_DEADLINES = range(2000, 2101)


class NotADeadline(Unwelcome):
    """A moment that nobody can mean."""

    status = 422


class TooLate(Conflict):
    """A customer comes back to a ticket that was closed too long ago."""


def change_status(ticket: Ticket, *, to: TicketStatus, by: User) -> None:
    """Move a ticket. Raises ImpossibleMove, and TooLate for customers."""
    ticket = lock(ticket)
    if to is TicketStatus.OPEN and not by.is_staff:
        refuse_late_reopen(ticket)
    was = ticket.status
    if ticket.move_to(to):
        db.session.flush()
        publish(StatusChanged(ticket, was=was, by=by))


def resolve(ticket: Ticket, *, by: User) -> None:
    """Say that it is solved. Raises ImpossibleMove for a closed ticket."""
    change_status(ticket, to=TicketStatus.RESOLVED, by=by)


def reopen(ticket: Ticket, *, by: User) -> None:
    """Take up a settled ticket again: staff at any time, customers within the time for it. Raises TooLate."""
    change_status(ticket, to=TicketStatus.OPEN, by=by)


def reopen_days(ticket: Ticket, desk: Desk) -> int:
    """For how many days after the end customers may come back: as the ticket's team says, else the desk."""
    own = ticket.team.reopen_days if ticket.team else None
    return desk.reopen_days if own is None else own


def is_too_late(ticket: Ticket, *, days: int) -> bool:
    """Whether a customer may no longer bring this ticket back: it was closed more than so many days ago."""
    return ticket.closed_at is not None and ticket.closed_at + timedelta(days=days) < clock.now()


def refuse_late_reopen(ticket: Ticket) -> None:
    """Raise TooLate where a customer may no longer bring this ticket back."""
    if ticket.closed_at is None:
        return
    db.session.refresh(ticket, ["team"])
    days = reopen_days(ticket, load_desk())
    if is_too_late(ticket, days=days):
        raise TooLate(
            f"This request was closed more than {days} days ago. Write an answer: it becomes a new request."
        )


def set_priority(ticket: Ticket, *, to: TicketPriority, by: User) -> None:
    """Say how much it hurts."""
    lock(ticket).priority = to
    db.session.flush()


def set_deadline(ticket: Ticket, *, to: datetime | None, by: User) -> None:
    """Say until when somebody must have acted; None leaves it to patience. Raises NotADeadline."""
    if to is not None and clock.utc(to).year not in YEARS_OF_DEADLINES:
        raise NotADeadline("Choose a deadline between the years 2000 and 2100.")
    lock(ticket).due_at = to
    db.session.flush()


def rename(ticket: Ticket, *, title: str, by: User) -> None:
    """Give it another title. Raises BadTitle."""
    lock(ticket).title = clean_title(title)
    db.session.flush()
