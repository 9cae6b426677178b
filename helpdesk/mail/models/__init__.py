"""The tables of correspondence: mailboxes, what came in, what goes out, what is unwanted, the words of letters."""

from helpdesk.mail.models.blocked_sender import BlockedSender, BlockKind
from helpdesk.mail.models.inbound import Door, InboundMessage, Reason, Verdict
from helpdesk.mail.models.mailbox import AfterFetch, Mailbox, MailboxState, Security, SignIn
from helpdesk.mail.models.outbox import DeliveryState, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.models.template import MailTemplate

__all__ = [
    "AfterFetch",
    "BlockKind",
    "BlockedSender",
    "DeliveryState",
    "Door",
    "InboundMessage",
    "MailPurpose",
    "MailTemplate",
    "Mailbox",
    "MailboxState",
    "OutboxMessage",
    "OutboxRecipient",
    "Reason",
    "Security",
    "SignIn",
    "Verdict",
]
