"""The same deed for a selection of tickets or for all that match: few statements, every change audited."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Select

from helpdesk.accounts.models import Team, User
from helpdesk.audit.bulk import Values, bulk_insert, bulk_relate, bulk_update
from helpdesk.core import clock
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Comment, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.models.lifecycle import moved
from helpdesk.tickets.operations.assigning import assignment
from helpdesk.tickets.operations.tagging import tags_named, tags_with


@dataclass(slots=True)
class BulkResult:
    """The ids of the tickets that changed, and for those that refused, the sentence that says why."""

    changed: list[int]
    refused: dict[int, str] = field(default_factory=dict)


def change_status_of_all(tickets: Select[Ticket], *, to: TicketStatus, by: User) -> BulkResult:
    """Move all these tickets; those for which the move is impossible stay and are named."""
    return _change(tickets, lambda row: moved(SimpleNamespace(**row), to, at=clock.now()))


def assign_all(tickets: Select[Ticket], *, to: User | None, by: User) -> BulkResult:
    """Give all these tickets to an agent, or to nobody. Raises NotAnAssignee."""
    assignment(TicketStatus.OPEN, to=to)  # refuse the person once, not once for each ticket
    return _change(tickets, lambda row: assignment(row["status"], to=to))


def set_priority_of_all(tickets: Select[Ticket], *, to: TicketPriority, by: User) -> BulkResult:
    """Say how much they hurt."""
    return _change(tickets, lambda row: {"priority": to})


def move_all_to_team(tickets: Select[Ticket], *, team: Team | None, by: User) -> BulkResult:
    """Say which team they belong to."""
    return _change(tickets, lambda row: {"team_id": team.id if team else None})


def delete_all(tickets: Select[Ticket], *, by: User) -> BulkResult:
    """Put all these tickets into the bin."""
    now = clock.now()
    return _change(tickets, lambda row: {"deleted_at": row["deleted_at"] or now})


def restore_all(tickets: Select[Ticket], *, by: User) -> BulkResult:
    """Take all these tickets out of the bin (`tickets` comes from deleted_for)."""
    return _change(tickets, lambda row: {"deleted_at": None})


def change_tags_of_all(
    tickets: Select[Ticket], *, by: User, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> BulkResult:
    """Add and remove tags on all these tickets. Raises BadTag."""
    added, removed = tags_named(add), tags_with(remove)
    return BulkResult(bulk_relate(Ticket.tags, _these(tickets), add=added, remove=removed))


def import_tickets(rows: Iterable[Values], *, by: User) -> list[int]:
    """Insert tickets as they are, with moments and numbers of their own, audited. Returns their ids in order."""
    return bulk_insert(Ticket, list(rows))


def import_comments(rows: Iterable[Values], *, by: User) -> list[int]:
    """Insert comments as they are, audited. Returns their ids in order."""
    return bulk_insert(Comment, list(rows))


def _change(tickets: Select[Ticket], change: Callable[[Values], dict[str, Any]]) -> BulkResult:
    refused: dict[int, str] = {}

    def changed_or_refused(row: Values) -> Values:
        try:
            return change(row)
        except Unwelcome as refusal:
            refused[row["id"]] = refusal.sentence
            return {}

    return BulkResult(bulk_update(Ticket, _these(tickets), changed_or_refused), refused)


def _these(tickets: Select[Ticket]) -> Any:
    return Ticket.id.in_(tickets.order_by(None).with_only_columns(Ticket.id))
