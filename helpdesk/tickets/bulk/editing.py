"""Carrying a bulk edit out, a piece at a time: what was ticked is one piece, thousands are many."""

from collections.abc import Sequence

from sqlalchemy import Select, insert

from helpdesk.accounts.models import User
from helpdesk.audit.acts import record
from helpdesk.audit.entries import Changes
from helpdesk.audit.models import AuditAction
from helpdesk.core import clock, current
from helpdesk.core.db import among, db
from helpdesk.core.errors import Conflict, Unwelcome
from helpdesk.core.tokens import new_token
from helpdesk.tickets.bulk.deeds import Kind, kind_named, known
from helpdesk.tickets.bulk.undoing import take_back
from helpdesk.tickets.models import BulkEdit, BulkRefusal, Ticket
from helpdesk.tickets.operations.bulk import BulkResult
from helpdesk.tickets.queries import deleted_for, tickets_for

AT_ONCE = 200
"""Tickets that change while somebody waits for the page."""
PIECE = 500
OUT_OF_SIGHT = "You do not see it any more."
NOT_ALLOWED = "You may not do this any more."


def begin(
    deed: str, value: str, *, ids: Sequence[int], by: User, list_path: str, undoes: BulkEdit | None = None
) -> BulkEdit:
    """What somebody wants done to these tickets; `next_piece` does it, or `announce` says that it will be done."""
    entry = current.entry()
    return BulkEdit(
        public_id=new_token(),
        user_id=by.id,
        impersonator_id=entry.impersonator_id,
        deed=deed,
        value=value,
        ticket_ids=list(ids),
        ticket_count=len(ids),
        position=0,
        changed_count=0,
        refused_count=0,
        list_path=list_path,
        request_id=entry.request_id,
        undoes_id=undoes.id if undoes else None,
        created_at=clock.now(),
    )


def is_long(deed: str, count: int) -> bool:
    """Whether so many tickets are more than somebody waits for."""
    return count > _most(deed, AT_ONCE)


def _most(deed: str, usual: int) -> int:
    kind = known.get(deed)
    return min(usual, kind.most_in_one) if kind and kind.most_in_one else usual


def keep(edit: BulkEdit) -> None:
    """Write down how far it is."""
    db.session.add(edit)
    db.session.flush()


def announce(edit: BulkEdit) -> None:
    """Keep what is done in the background, and tell the trail that it begins: its pieces come later."""
    edit.request_id = f"bulk-{edit.public_id}"
    keep(edit)
    told: Changes = {"deed": [None, edit.deed], "ticket_count": [None, edit.ticket_count]}
    record(BulkEdit.__tablename__, edit.id, AuditAction.INSERT, told)


def next_piece(edit: BulkEdit, *, by: User) -> None:
    """Do it to the next tickets, of those that `by` sees now; each that refuses is kept with its reason.

    Where `by` may not do it any more, or what the deed is about is gone, the edit ends here and says why.
    """
    ids = edit.ticket_ids[edit.position : edit.position + _most(edit.deed, PIECE)]
    try:
        result, others = _taken_back(edit, ids, by) if edit.is_undo else _done(edit, ids, by)
    except Unwelcome as refusal:
        edit.stopped_because, edit.finished_at = refusal.sentence, clock.now()
        return
    reasons = {others[number]: reason for number, reason in result.refused.items()}
    reasons |= dict.fromkeys({*ids} - {*result.changed} - {*others.values()}, OUT_OF_SIGHT)
    edit.position += len(ids)
    edit.changed_count += len(result.changed)
    edit.refused_count += len(reasons)
    if edit.position >= edit.ticket_count:
        edit.finished_at = clock.now()
    keep(edit)
    _keep_reasons(edit, reasons)


def cancel(edit: BulkEdit) -> None:
    """Let the rest be. What was done stays, and can be undone. Raises Conflict where it is over."""
    db.session.refresh(edit, with_for_update=True)
    if edit.finished_at is not None:
        raise Conflict("It is over already.")
    if edit.is_undo:
        raise Conflict("An undo goes on to its end: half of it would help nobody.")
    edit.cancelled_at = edit.finished_at = clock.now()
    db.session.flush()


Seen = dict[str, int]
"""Tickets of a piece that are seen and did not change, by number: their ids."""


def _done(edit: BulkEdit, ids: Sequence[int], by: User) -> tuple[BulkResult, Seen]:
    kind = kind_named(edit.deed)
    _refuse_who_may_not(kind, by)
    visible = deleted_for(by) if kind.is_of_bin else tickets_for(by)
    tickets = visible.where(among(Ticket.id, ids))
    result = kind.make(edit.value).perform(tickets, by=by, is_quiet=edit.position > 0)
    left = {*ids} - {*result.changed}
    return result, _seen(visible.where(among(Ticket.id, left))) if left else {}


def _taken_back(edit: BulkEdit, ids: Sequence[int], by: User) -> tuple[BulkResult, Seen]:
    original = db.session.get_one(BulkEdit, edit.undoes_id)
    kind = kind_named(original.deed)
    _refuse_who_may_not(kind, by)
    return (kind.reversal.take_back if kind.reversal else take_back)(original, ids, by=by)


def _refuse_who_may_not(kind: Kind, by: User) -> None:
    if not kind.may(by):
        raise Conflict(NOT_ALLOWED)


def _seen(tickets: Select[Ticket]) -> Seen:
    numbered = tickets.order_by(None).with_only_columns(Ticket.ticket_number, Ticket.id)
    return {row.ticket_number: row.id for row in db.session.execute(numbered)}


def _keep_reasons(edit: BulkEdit, reasons: dict[int, str]) -> None:
    if reasons:
        rows = [
            {"bulk_edit_id": edit.id, "ticket_id": ticket_id, "reason": reason}
            for ticket_id, reason in sorted(reasons.items())
        ]
        db.session.execute(insert(BulkRefusal), rows)
