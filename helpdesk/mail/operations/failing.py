"""Letters that did not arrive: the ticket says so until they are sent once more or somebody has seen to it."""

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction
from helpdesk.core import clock
from helpdesk.core.current import SYSTEM_USER_ID
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish
from helpdesk.core.html import clean_text
from helpdesk.mail.events import DeliveryFailed, LetterWaits
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.policy import LOST, can_send_again
from helpdesk.mail.queries import one_recipient
from helpdesk.tickets.events import StatusChanged
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations.locking import lock

LONGEST_ANSWER = 2_000


def delivery_failed(recipient: OutboxRecipient, *, state: DeliveryState, answer: str) -> None:
    """Keep that a letter is lost (FAILED: no server took it; BOUNCED: one gave it back) and what the server said.

    An answer to a customer marks its ticket and opens it again, and DeliveryFailed is published. A second bounce of
    the same letter only adds what it says; one of a letter that waits to be sent again changes nothing.
    """
    was = recipient.state
    if was is DeliveryState.WAITING and state is DeliveryState.BOUNCED:
        return
    recipient.state, recipient.last_error = state, clean_text(answer).strip()[:LONGEST_ANSWER]
    if was in LOST:
        db.session.flush()
        return
    recipient.state_at = clock.now()
    db.session.flush()
    message = db.session.get_one(OutboxMessage, recipient.message_id)
    if message.purpose is MailPurpose.TICKET_ANSWERED and message.ticket_id is not None:
        _mark(recipient, message, lock(db.session.get_one(Ticket, message.ticket_id)))


def _mark(recipient: OutboxRecipient, message: OutboxMessage, ticket: Ticket) -> None:
    if ticket.deleted_at is not None:
        return
    was = ticket.status
    if ticket.delivery_failed_at is None:
        ticket.delivery_failed_at = recipient.state_at
    if was not in (TicketStatus.OPEN, TicketStatus.IN_PROGRESS):
        ticket.move_to(TicketStatus.OPEN)
    db.session.flush()
    publish(DeliveryFailed(recipient, message=message, ticket=ticket))
    if ticket.status is not was:
        publish(StatusChanged(ticket, was=was, by=db.session.get_one(User, SYSTEM_USER_ID)))


def dismiss_failure(ticket: Ticket, by: User) -> None:
    """Somebody has seen to it (by telephone, say): the ticket no longer tells of it."""
    lock(ticket).delivery_failed_at = None
    db.session.flush()


def resend(recipient: OutboxRecipient, by: User) -> None:
    """Let a lost letter wait once more, with all its tries. It stays the same mail, under the same Message-ID.

    The ticket's mark goes when it has been sent. Raises Conflict where it is not lost, or of no use any more.
    """
    locked = one_recipient(recipient.id).with_for_update(of=OutboxRecipient)
    afresh = db.session.scalars(locked, execution_options={"populate_existing": True}).one()
    if not can_send_again(by, afresh):
        raise Conflict("This mail has not failed, or it is of no use to anybody any more.")
    was, afresh.state, afresh.state_at = afresh.state, DeliveryState.WAITING, clock.now()
    afresh.attempts, afresh.last_error = 0, None
    changes = {"state": [was.value, DeliveryState.WAITING.value]}
    record("outbox_recipients", afresh.id, AuditAction.UPDATE, changes)
    db.session.flush()
    publish(LetterWaits(afresh.message))


def arrived(recipient: OutboxRecipient) -> None:
    """A letter was sent: where it was the last one its ticket's mark told of, the mark goes."""
    message = db.session.get_one(OutboxMessage, recipient.message_id)
    if message.ticket_id is None or message.purpose is not MailPurpose.TICKET_ANSWERED:
        return
    ticket = db.session.get_one(Ticket, message.ticket_id, populate_existing=True)
    if ticket.delivery_failed_at is None:
        return
    still_lost = (
        select(OutboxRecipient.id)
        .join(OutboxRecipient.message)
        .where(
            OutboxMessage.ticket_id == ticket.id,
            OutboxRecipient.state.in_(LOST),
            OutboxRecipient.state_at >= ticket.delivery_failed_at,
        )
    )
    if db.session.scalar(still_lost.limit(1)) is None:
        lock(ticket).delivery_failed_at = None
        db.session.flush()
