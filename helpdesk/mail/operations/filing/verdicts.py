"""What is decided about a mail."""

from dataclasses import dataclass

from helpdesk.accounts.models import User
from helpdesk.mail.models import OutboxRecipient, Reason, Verdict
from helpdesk.tickets.models import Comment, Ticket


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict with its reason, and what came of it."""

    verdict: Verdict
    reason: Reason | None = None
    ticket: Ticket | None = None
    comment: Comment | None = None
    person: User | None = None
    recipient: OutboxRecipient | None = None
    detail: str = ""


class TooEarly(Exception):
    """It answers a mail that is being filed right now."""
