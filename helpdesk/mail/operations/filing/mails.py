"""A mail on its way to a verdict: its row, what the parser found, and what we know of its sender."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.accounts.domains import domain_of
from helpdesk.accounts.models import User
from helpdesk.accounts.operations.finding import known_person
from helpdesk.core import clock
from helpdesk.core.html import clean_text
from helpdesk.core.lines import one_line
from helpdesk.mail.models import InboundMessage, Mailbox
from helpdesk.mail.operations.filing.authentication import Proof, proof_of
from helpdesk.mail.own_addresses import own_addresses
from helpdesk.mail.parsing.parsed import ParsedMail

LONGEST_KEPT = 50_000
"""Characters of text and HTML that stay beside the row; the whole is in the bytes."""
LONGEST_LINE = 998
_ANSWERING = re.compile(
    r"^(?:\s*(?:re|aw|sv|fw|fwd|wg|tr|rv|antw|res|odp|vs)\s*(?:\[\d+\])?\s*:)+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mail:
    """Everything the decision stands on."""

    row: InboundMessage
    mailbox: Mailbox
    parsed: ParsedMail
    sender: str
    """Normalised; empty where there is none."""
    person: User | None
    """Whose address the sender's is."""
    own: frozenset[str] = field(repr=False)
    """Our own addresses."""
    proof: Proof

    @property
    def is_released(self) -> bool:
        """Somebody has looked at it and wants it in."""
        return self.row.released_by_id is not None

    @property
    def automatic(self) -> str | None:
        """Why it is taken for automatic: what the parser says, else the null return path that the door was told."""
        if self.parsed.automatic is None and self.row.envelope_from == "":
            return "auto-generated"
        return self.parsed.automatic

    @property
    def is_old(self) -> bool:
        """From before its mailbox was switched on: nothing automatic answers. Servers tell arrivals by the second."""
        since = self.mailbox.connected_at
        return since is None or self.row.arrived_at < since.replace(microsecond=0)


def look_into(row: InboundMessage, mailbox: Mailbox, parsed: ParsedMail) -> Mail:
    """Bring together what is known, and write on the row what its lists show."""
    sender = key_of(parsed.from_address)
    row.sender = sender or one_line(parsed.from_address)[:LONGEST_LINE]
    row.sender_name = one_line(parsed.from_name)[:LONGEST_LINE]
    row.subject = one_line(parsed.subject)[:LONGEST_LINE]
    row.message_id = one_line(parsed.message_id)[:LONGEST_LINE] or None
    row.sent_at = believable(parsed.date)
    row.parsed = kept(parsed)
    return Mail(
        row=row,
        mailbox=mailbox,
        parsed=parsed,
        sender=sender,
        person=known_person(sender) if sender else None,
        own=own_addresses(),
        proof=proof_of(
            parsed.headers.get("authentication-results", []),
            authserv_id=mailbox.authserv_id,
            domain=domain_of(sender),
        ),
    )


def key_of(address: str) -> str:
    """The address normalised; empty for what is none."""
    try:
        return email_key(address)
    except NotAnAddress:
        return ""


def believable(moment: datetime | None) -> datetime | None:
    """The Date of a mail, where somebody can have meant it."""
    if moment is None or moment.tzinfo is None:
        return None
    try:
        return moment if moment.year > 1980 and moment < clock.now() + timedelta(days=2) else None
    except (OverflowError, ValueError):
        return None


def kept(parsed: ParsedMail) -> dict[str, Any]:
    """What stays beside the row."""
    whole: Mapping[str, Any] = parsed.as_json()
    return {
        **{name: _shortened(value) for name, value in whole.items()},
        "content_digest": content_digest(parsed),
        "likeness": likeness(parsed),
    }


def content_digest(parsed: ParsedMail) -> str:
    """The same for two copies of one mail, whatever servers wrote above it on their ways."""
    return _digest(parsed.from_address, parsed.subject, parsed.text, parsed.html, *_files(parsed))


def likeness(parsed: ParsedMail) -> str:
    """The same for the mails of a machine that differ in numbers alone."""
    subject = _ANSWERING.sub("", parsed.subject)
    words = re.sub(
        r"[\d\W_]+", " ", f"{subject} {parsed.reply_text or parsed.text}"[:LONGEST_KEPT]
    ).casefold()
    return _digest(" ".join(words.split()), *_files(parsed))


def _files(parsed: ParsedMail) -> list[str]:
    return [hashlib.sha256(each.content).hexdigest() for each in parsed.attachments]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)[:LONGEST_KEPT]
    if isinstance(value, list):
        return [_shortened(each) for each in value[:500]]
    if isinstance(value, dict):
        return {name: _shortened(each) for name, each in value.items()}
    return value
