"""Bulk edits that take longer than somebody waits for a page: one piece, one commit, and then the next."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Text, cast, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import User
from helpdesk.background.jobs import Backoff, enqueue, job
from helpdesk.core import clock, current
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.row_security import switch
from helpdesk.tickets.bulk import editing
from helpdesk.tickets.bulk.deeds import known
from helpdesk.tickets.bulk.policy import UNDO_WITHIN, can_undo
from helpdesk.tickets.bulk.undoing import changed_by
from helpdesk.tickets.bulk.writing import WRITTEN
from helpdesk.tickets.models import BulkEdit
from helpdesk.tickets.models.bulk_edit import UNDO

KEPT = timedelta(days=30)


@job(name="tickets.bulk_edit", retry=Backoff(times=5))
def carry_on(edit_id: int, position: int) -> None:
    """The next piece, in the name and under the rights of whoever asked; run again, it finds that it was done."""
    edit = db.session.get(BulkEdit, edit_id, with_for_update=True)
    if edit is None or edit.finished_at is not None or edit.position != position:
        return
    switch(db.session(), role=DatabaseRole.APP, user_id=edit.user_id)
    current.change(request_id=edit.request_id, impersonator_id=edit.impersonator_id)
    editing.next_piece(edit, by=db.session.get_one(User, edit.user_id))
    if edit.finished_at is None:
        _go_on(edit)


@job(name="tickets.forget_bulk_edits")
def forget_bulk_edits() -> None:
    """What was done to many tickets long ago: their histories tell it for good."""
    old = BulkEdit.created_at < clock.now() - KEPT
    is_over = BulkEdit.finished_at.is_not(None)
    undoing = aliased(BulkEdit)
    is_held = select(undoing.id).where(undoing.undoes_id == BulkEdit.id).exists()
    for which in (BulkEdit.undoes_id.is_not(None), ~is_held):  # an undo holds what it undoes, and is younger
        db.session.execute(
            delete(BulkEdit).where(old, is_over, which), execution_options={"synchronize_session": False}
        )
    _forget_words()


def _forget_words() -> None:
    """What was written on many tickets stands on them; the edit needed it for an undo alone."""
    words = cast(["text", "signature"], ARRAY(Text))
    without = BulkEdit.value.cast(JSONB).op("-", return_type=JSONB)(words)
    is_over = BulkEdit.finished_at < clock.now() - UNDO_WITHIN
    db.session.execute(
        update(BulkEdit).where(BulkEdit.deed.in_(WRITTEN), is_over).values(value=without.cast(Text)),
        execution_options={"synchronize_session": False},
    )


def start(deed: str, value: str, *, ids: Sequence[int], by: User, list_path: str) -> BulkEdit:
    """Do it: at once to a few tickets, by the worker to many. Raises what the deed raises, before anything is done."""
    return _set_off(editing.begin(deed, value, ids=ids, by=by, list_path=list_path), by)


def undo(edit: BulkEdit, *, by: User) -> BulkEdit:
    """Take it back, in tickets that have not changed since. Raises Conflict where that was done, or is too late."""
    db.session.refresh(edit, with_for_update=True)
    if not can_undo(by, edit):
        raise Conflict("This cannot be undone any more.")
    if db.session.scalar(select(BulkEdit.id).where(BulkEdit.undoes_id == edit.id)) is not None:
        raise Conflict("This was undone already.")
    reversal = known[edit.deed].reversal
    ids = (reversal.tickets if reversal else changed_by)(edit)
    return _set_off(editing.begin(UNDO, "", ids=ids, by=by, list_path=edit.list_path, undoes=edit), by)


def _set_off(edit: BulkEdit, by: User) -> BulkEdit:
    if editing.is_long(edit.deed, edit.ticket_count):
        editing.announce(edit)
        _go_on(edit)
        return edit
    editing.next_piece(edit, by=by)
    if edit.stopped_because:
        raise Conflict(edit.stopped_because)
    return edit


def _go_on(edit: BulkEdit) -> None:
    name = f"{carry_on.name} {edit.id}"
    enqueue(carry_on, lock=name, edit_id=edit.id, position=edit.position)
