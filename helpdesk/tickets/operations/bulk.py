"""The same deed for a selection of tickets or for all that match: few statements, every change audited.

What is told: `StatusChanged` and `TicketAssigned` for each ticket, as the single operations do, where somebody
subscribed to them (nobody costs nothing). Priority, team, tags and the bin tell nobody, neither singly nor in bulk.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from helpdesk.accounts.models import Team, User
from helpdesk.audit.bulk import Values, bulk_insert, bulk_relate, bulk_update
from helpdesk.core import clock
from helpdesk.core.db import among, db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.events import is_heard, publish
from helpdesk.tickets.events import StatusChanged, TicketAssigned
from helpdesk.tickets.models import Comment, Tag, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.models.lifecycle import moved
from helpdesk.tickets.operations.assigning import assignment
from helpdesk.tickets.operations.tagging import clean_tag, tags_named, tags_with

TOLD = {"assignee_id", "status"}
"""Columns whose change somebody is told of."""
_ASKED_OF = (
    Ticket.id,
    Ticket.ticket_number,
    Ticket.status,
    Ticket.priority,
    Ticket.assignee_id,
    Ticket.team_id,
    Ticket.resolved_at,
    Ticket.first_resolved_at,
    Ticket.reopen_count,
    Ticket.closed_at,
    Ticket.deleted_at,
    Ticket.delivery_failed_at,
)
"""What a change asks of a ticket, or sets."""
Change = Callable[[Values], dict[str, Any]]
"""The columns that change in a ticket of which the columns are known. Raises Unwelcome for one that cannot."""


@dataclass(slots=True)
class BulkResult:
    """The ids of the tickets that changed, and by number those that refused, with the sentence that says why."""

    changed: list[int]
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a deed would do: the ids of the tickets it would change, and by number those that would refuse."""

    changing: Sequence[int]
    refused: Mapping[str, str] = field(default_factory=dict)


def moving(to: TicketStatus) -> Change:
    """To another status, where the move is possible; all at the same moment."""
    now = clock.now()
    return lambda row: moved(SimpleNamespace(**row), to, at=now)


def giving(to: User | None) -> Change:
    """To an agent, or to nobody. Raises NotAnAssignee at once, not once for each ticket."""
    assignment(TicketStatus.OPEN, to=to)

    def change(row: Values) -> dict[str, Any]:
        whose = to.id if to else None
        return {} if row["assignee_id"] == whose else assignment(row["status"], to=to)

    return change


def ranking(to: TicketPriority) -> Change:
    """To another priority."""
    return lambda row: {"priority": to}


def sending(team: Team | None) -> Change:
    """To another team, or to none."""
    return lambda row: {"team_id": team.id if team else None}


def binning() -> Change:
    """Into the bin."""
    now = clock.now()
    return lambda row: {"deleted_at": row["deleted_at"] or now}


def restoring() -> Change:
    """Out of the bin."""
    return lambda row: {"deleted_at": None}


def seen_to() -> Change:
    """An answer that did not arrive was told in another way."""
    return lambda row: {"delivery_failed_at": None}


def foresee(tickets: Select[Ticket], change: Change) -> Outlook:
    """What `change` would do to these tickets. Costs one statement, locks nothing."""
    columns = select(*_ASKED_OF).where(_these(tickets)).order_by(Ticket.id)
    refused: dict[str, str] = {}
    changing: list[int] = []
    for row in db.session.execute(columns).mappings():
        new = _asked(change, dict(row), refused)
        if any(row[name] != value for name, value in new.items()):
            changing.append(row["id"])
    return Outlook(changing, refused)


def foresee_tag(tickets: Select[Ticket], name: str, *, is_removed: bool = False) -> Outlook:
    """Which of these tickets would gain, or lose, this tag. Raises BadTag."""
    has_it = Ticket.tags.any(func.lower(Tag.name) == clean_tag(name))
    touched = tickets.where(has_it if is_removed else ~has_it).order_by(None)
    return Outlook(db.session.scalars(touched.with_only_columns(Ticket.id)).all())


def change_status_of_all(tickets: Select[Ticket], *, to: TicketStatus, by: User) -> BulkResult:
    """Move all these tickets; those for which the move is impossible stay and are named."""
    return _carry_out(tickets, moving(to), by=by)


def assign_all(tickets: Select[Ticket], *, to: User | None, by: User, is_quiet: bool = False) -> BulkResult:
    """Give all these tickets to an agent, or to nobody; those that are there already stay. Raises NotAnAssignee.

    With `is_quiet` no letter tells them: it is the next piece of very many.
    """
    return _carry_out(tickets, giving(to), by=by, is_quiet=is_quiet)


def set_priority_of_all(tickets: Select[Ticket], *, to: TicketPriority, by: User) -> BulkResult:
    """Say how much they hurt."""
    return _carry_out(tickets, ranking(to), by=by)


def move_all_to_team(tickets: Select[Ticket], *, team: Team | None, by: User) -> BulkResult:
    """Say which team they belong to."""
    return _carry_out(tickets, sending(team), by=by)


def delete_all(tickets: Select[Ticket], *, by: User) -> BulkResult:
    """Put all these tickets into the bin."""
    return _carry_out(tickets, binning(), by=by)


def restore_all(tickets: Select[Ticket], *, by: User) -> BulkResult:
    """Take all these tickets out of the bin (`tickets` comes from deleted_for)."""
    return _carry_out(tickets, restoring(), by=by)


def dismiss_failures_of_all(tickets: Select[Ticket], *, by: User) -> BulkResult:
    """Somebody has seen to the answers that did not arrive."""
    return _carry_out(tickets, seen_to(), by=by)


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


def _carry_out(tickets: Select[Ticket], change: Change, *, by: User, is_quiet: bool = False) -> BulkResult:
    return carry_out(_these(tickets), change, by=by, is_quiet=is_quiet)


def carry_out(where: ColumnElement[bool], change: Change, *, by: User, is_quiet: bool = False) -> BulkResult:
    """Lock the tickets that match, change each as `change` says, write, audit and tell."""
    refused: dict[str, str] = {}
    before: dict[int, Values] = {}

    def changed_or_refused(row: Values) -> Values:
        new = _asked(change, dict(row), refused)
        if new.keys() & TOLD:
            before[row["id"]] = row
        return new

    changed = bulk_update(Ticket, where, changed_or_refused)
    _tell({ticket_id: before[ticket_id] for ticket_id in changed if ticket_id in before}, by, is_quiet)
    return BulkResult(changed, refused)


def _asked(change: Change, row: Values, refused: dict[str, str]) -> dict[str, Any]:
    """The new values of a ticket; none for one that refuses, which is noted with its reason."""
    try:
        return change(row)
    except Unwelcome as refusal:
        refused[row["ticket_number"]] = refusal.sentence
        return {}


def _tell(before: Mapping[int, Values], by: User, is_quiet: bool) -> None:
    """Costs one statement where somebody listens, none elsewhere."""
    if not before or not (is_heard(TicketAssigned) or is_heard(StatusChanged)):
        return
    tickets = select(Ticket).where(among(Ticket.id, before)).order_by(Ticket.id)
    for ticket in db.session.scalars(tickets).all():
        was = before[ticket.id]
        if ticket.assignee_id != was["assignee_id"]:
            publish(TicketAssigned(ticket, by=by, is_quiet=is_quiet))
        if ticket.status is not was["status"]:
            publish(StatusChanged(ticket, was=was["status"], by=by))


def _these(tickets: Select[Ticket]) -> Any:
    return Ticket.id.in_(tickets.order_by(None).with_only_columns(Ticket.id))
