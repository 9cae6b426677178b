"""What somebody may do with a bulk edit: it is the business of who did it, and of nobody else."""

from datetime import datetime, timedelta

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.tickets.bulk.deeds import known
from helpdesk.tickets.models import BulkEdit

UNDO_WITHIN = timedelta(hours=1)
"""After that, others have built on it."""


def undo_until(edit: BulkEdit) -> datetime | None:
    """Until when it can be taken back; None where it cannot, or is not over yet."""
    kind = known.get(edit.deed)
    if edit.finished_at is None or kind is None or not kind.is_undoable or not edit.changed_count:
        return None
    return clock.utc(edit.finished_at) + (kind.reversal.within() if kind.reversal else UNDO_WITHIN)


def can_undo(user: User, edit: BulkEdit) -> bool:
    """Take it back. Whether that was done already is for the operation to find."""
    until = undo_until(edit)
    if until is None or until < clock.now() or edit.user_id != user.id:
        return False
    return known[edit.deed].may(user)


def can_cancel(user: User, edit: BulkEdit) -> bool:
    """Stop it half way; an undo goes on to its end."""
    return edit.user_id == user.id and edit.finished_at is None and not edit.is_undo
