"""Who follows a ticket: watchers silently, participants as part of the conversation."""

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.locking import lock


class NotAWatcher(Unwelcome):
    """Watching is for staff; customers take part instead."""

    status = 422


def watch(ticket: Ticket, *, by: User) -> None:
    """Follow silently. Raises NotAWatcher for customers."""
    if not by.is_staff:
        raise NotAWatcher("Only agents watch tickets.")
    ticket = lock(ticket)
    db.session.refresh(ticket, ["watchers"])
    if by not in ticket.watchers:
        ticket.watchers.append(by)
        db.session.flush()


def unwatch(ticket: Ticket, *, by: User) -> None:
    """Stop following."""
    ticket = lock(ticket)
    db.session.refresh(ticket, ["watchers"])
    if by in ticket.watchers:
        ticket.watchers.remove(by)
        db.session.flush()


def add_participant(ticket: Ticket, *, person: User, by: User) -> None:
    """Let a customer read and answer beside the requester."""
    ticket = lock(ticket)
    db.session.refresh(ticket, ["participants"])
    if person.id != ticket.requester_id and person not in ticket.participants:
        ticket.participants.append(person)
        db.session.flush()
