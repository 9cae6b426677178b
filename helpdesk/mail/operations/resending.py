"""Another try for a mail that did not arrive."""

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.mail.models import DeliveryState, OutboxRecipient
from helpdesk.mail.policy import is_still_wanted


def can_send_again(user: User, recipient: OutboxRecipient) -> bool:
    """It failed for good, and the person would still want it."""
    return (
        user.may(Permission.MANAGE_DESK)
        and recipient.state is DeliveryState.FAILED
        and is_still_wanted(recipient)
    )


def send_again(recipient: OutboxRecipient, *, by: User) -> None:
    """Let it wait once more, with all its tries. It stays the same mail, under the same Message-ID. Raises Conflict."""
    if not can_send_again(by, recipient):
        raise Conflict("This mail has not failed, or it is of no use to anybody any more.")
    recipient.state, recipient.state_at = DeliveryState.WAITING, clock.now()
    recipient.attempts, recipient.last_error = 0, None
    states = [DeliveryState.FAILED.value, DeliveryState.WAITING.value]
    record("outbox_recipients", recipient.id, AuditAction.UPDATE, {"state": states})
    db.session.flush()
