"""Taking many answers back before they leave: what has left stays sent."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from helpdesk.accounts.models import User
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core.db import among, db
from helpdesk.core.errors import Conflict
from helpdesk.tickets.models import BulkEdit, Comment, HeldComment, HeldFor, Ticket
from helpdesk.tickets.operations.bulk import BulkResult
from helpdesk.tickets.operations.holding import NoLongerHeld, drop
from helpdesk.tickets.queries import tickets_for

LEFT = "The answer has left already: it cannot be taken back."


def tickets_unsent(edit: BulkEdit) -> list[int]:
    """The tickets on which an answer of this edit still waits. Raises Conflict where every one has left."""
    waiting = _waiting(edit).with_only_columns(HeldComment.ticket_id).order_by(HeldComment.ticket_id)
    found = list(db.session.scalars(waiting))
    if not found:
        raise Conflict("It is too late: every answer has left.")
    return found


def take_back_unsent(
    original: BulkEdit, ids: Sequence[int], *, by: User
) -> tuple[BulkResult, dict[str, int]]:
    """Drop the answers of the edit that still wait on these tickets. The edit keeps the words.

    Returns the result, and the tickets that `by` sees by number.
    """
    rows = tickets_for(by).where(among(Ticket.id, ids)).order_by(None).order_by(Ticket.id)
    seen = {
        row.ticket_number: row.id
        for row in db.session.execute(rows.with_only_columns(Ticket.ticket_number, Ticket.id))
    }
    waiting = _waiting(original).where(among(HeldComment.ticket_id, ids))
    held = {each.ticket_id: each for each in db.session.scalars(waiting)}
    result = BulkResult([])
    for number, ticket_id in seen.items():
        try:
            if ticket_id not in held:
                raise NoLongerHeld
            with db.session.begin_nested():
                drop(held[ticket_id])
        except NoLongerHeld:
            result.refused[number] = LEFT
        else:
            result.changed.append(ticket_id)
    return result, seen


def _waiting(edit: BulkEdit) -> Select[HeldComment]:
    """What the trail says that the edit wrote, as far as it has not left."""
    written = select(AuditLog.record_id).where(
        AuditLog.request_id == edit.request_id,
        AuditLog.user_id == edit.user_id,
        AuditLog.table_name == Comment.__tablename__,
        AuditLog.action == AuditAction.INSERT,
        AuditLog.created_at >= edit.created_at,
    )
    return select(HeldComment).where(HeldComment.comment_id.in_(written), HeldComment.reason == HeldFor.UNDO)
