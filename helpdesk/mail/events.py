"""What happens to correspondence, told to subscribers in the same transaction."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.mail.models import InboundMessage, OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class MailArrived:
    """The bytes of a mail are kept, for the first time in its mailbox; nobody has looked into them."""

    inbound: InboundMessage


@dataclass(frozen=True, slots=True)
class FilingWanted:
    """A mail that is kept waits for a verdict once more, at once or from a moment on."""

    inbound_id: int
    run_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LetterWaits:
    """A letter of the outbox is to be delivered, for the first time or once more."""

    message: OutboxMessage


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """It is certain that an answer did not reach one of those it was for; the ticket says so and is open again."""

    recipient: OutboxRecipient
    message: OutboxMessage
    ticket: Ticket
