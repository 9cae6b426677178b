"""What happens to correspondence, told to subscribers in the same transaction."""

from dataclasses import dataclass

from helpdesk.mail.models import InboundMessage


@dataclass(frozen=True, slots=True)
class MailArrived:
    """The bytes of a mail are kept, for the first time in its mailbox; nobody has looked into them."""

    inbound: InboundMessage
