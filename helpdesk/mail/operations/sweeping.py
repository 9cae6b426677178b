"""Letters that wait while no job is to bring them: sent now that a mailbox can, given up where they are stale."""

from datetime import timedelta

from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.mail.events import LetterWaits
from helpdesk.mail.models import DeliveryState, OutboxRecipient
from helpdesk.mail.queries.deliveries import PENDING, unattended
from helpdesk.mail.senders import default_sender

STALE = timedelta(days=3)
"""Older letters surprise people: a desk that has worked without mail for months does not send them all at once."""
AT_ONCE = 200
TOO_OLD = "Not sent: it waited too long for a mailbox that can send. Send it again if it is still of use."


def attend_to_waiting() -> None:
    """Have them delivered, the oldest first. Does nothing while no mailbox can send."""
    if default_sender() is None:
        return
    for message in db.session.scalars(unattended().limit(AT_ONCE)).all():
        if message.created_at >= clock.now() - STALE:
            publish(LetterWaits(message))
        else:
            _give_up(message.id)


def _give_up(message_id: int) -> None:
    """Nobody is alarmed: it says so in the outbox, where it can be sent all the same."""
    theirs = select(OutboxRecipient).where(
        OutboxRecipient.message_id == message_id, OutboxRecipient.state.in_(PENDING)
    )
    for recipient in db.session.scalars(theirs.with_for_update()):
        recipient.state, recipient.state_at = DeliveryState.FAILED, clock.now()
        recipient.last_error = TOO_OLD
    db.session.flush()
