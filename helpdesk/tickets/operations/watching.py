"""Who follows a ticket: watchers silently, participants as part of the conversation."""

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.policy import visible_to


class NotAWatcher(Unwelcome):
    """Watching is for staff who may see the ticket; customers take part instead."""

    status = 422


def watch(ticket: Ticket, *, by: User, person: User | None = None) -> None:
    """Follow silently, or let a colleague (`person`) follow. Raises NotAWatcher."""
    watcher = person or by
    if not watcher.is_staff or not watcher.is_active:
        raise NotAWatcher("Only agents watch tickets.")
    ticket = lock(ticket)
    if person is not None:
        _refuse_who_cannot_see(ticket, person)
    db.session.refresh(ticket, ["watchers"])
    if watcher not in ticket.watchers:
        ticket.watchers.append(watcher)
        ticket.updated_at = clock.now()  # pages that are open learn of it by that
        db.session.flush()


def _refuse_who_cannot_see(ticket: Ticket, person: User) -> None:
    seen = select(Ticket.id).where(Ticket.id == ticket.id, visible_to(person))
    if db.session.scalar(seen) is None:
        raise NotAWatcher(
            f"{person.name} may not see this ticket: give it to a team they are in, then add them again."
        )


def unwatch(ticket: Ticket, *, by: User, person: User | None = None) -> None:
    """Stop following, or take a colleague (`person`) off."""
    watcher = person or by
    ticket = lock(ticket)
    db.session.refresh(ticket, ["watchers"])
    if watcher in ticket.watchers:
        ticket.watchers.remove(watcher)
        ticket.updated_at = clock.now()
        db.session.flush()


def add_participant(ticket: Ticket, *, person: User, by: User) -> None:
    """Let a customer read and answer beside the requester."""
    ticket = lock(ticket)
    db.session.refresh(ticket, ["participants"])
    if person.id != ticket.requester_id and person not in ticket.participants:
        ticket.participants.append(person)
        ticket.updated_at = clock.now()
        db.session.flush()
