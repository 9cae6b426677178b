"""Whom a ticket is with."""

from typing import Any

from helpdesk.accounts.models import Team, User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.events import publish
from helpdesk.tickets.events import StatusChanged, TicketAssigned
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations.locking import lock


class NotAnAssignee(Unwelcome):
    """Somebody who cannot work on tickets."""

    status = 422


def assignment(status: TicketStatus, *, to: User | None) -> dict[str, Any]:
    """The columns that change when a ticket in this status goes to an agent: an open one is then in progress.

    Raises NotAnAssignee for customers and deactivated staff.
    """
    if to is None:
        return {"assignee_id": None}
    if not to.is_staff or not to.is_active:
        raise NotAnAssignee(f"{to.name} cannot be given tickets: not an active agent.")
    changes: dict[str, Any] = {"assignee_id": to.id}
    if status is TicketStatus.OPEN:
        changes["status"] = TicketStatus.IN_PROGRESS
    return changes


def assign(ticket: Ticket, *, to: User | None, by: User) -> None:
    """Give a ticket to an agent, or to nobody. Raises NotAnAssignee."""
    ticket = lock(ticket)
    if ticket.assignee_id == (to.id if to else None):
        return
    was = ticket.status
    changes = assignment(was, to=to)
    ticket.assignee_id = changes["assignee_id"]
    ticket.move_to(changes.get("status", was))
    db.session.flush()
    publish(TicketAssigned(ticket, by=by))
    if ticket.status is not was:
        publish(StatusChanged(ticket, was=was, by=by))


def take(ticket: Ticket, *, by: User) -> None:
    """Assign a ticket to oneself."""
    assign(ticket, to=by, by=by)


def move_to_team(ticket: Ticket, *, team: Team | None, by: User) -> None:
    """Say which team it belongs to."""
    lock(ticket).team_id = team.id if team else None
    db.session.flush()
