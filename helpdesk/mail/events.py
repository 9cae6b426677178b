"""What happens to correspondence, told to subscribers in the same transaction."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.mail.models import InboundMessage


@dataclass(frozen=True, slots=True)
class MailArrived:
    """The bytes of a mail are kept, for the first time in its mailbox; nobody has looked into them."""

    inbound: InboundMessage


@dataclass(frozen=True, slots=True)
class FilingWanted:
    """A mail that is kept waits for a verdict once more, at once or from a moment on."""

    inbound_id: int
    run_at: datetime | None = None
