"""ParsedMail, what the parser finds in the bytes of a mail. Every text in it is clean: no NUL, no lone surrogate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address of a header: `address` as it was written, decoded; `name` may be empty."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ParsedAttachment:
    """A part that is a file."""

    filename: str
    content_type: str
    """As the sender claims, lower case, without parameters: the file store looks for itself."""
    content: bytes = field(repr=False)
    is_inline: bool = False
    """It stands in the HTML, which names its `content_id`."""
    content_id: str = ""
    """Without angle brackets."""
    label: str = ""
    """What it is beside a file: signature, encrypted, calendar, message, winmail (of one); "" for plain files."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says (RFC 3464, or a recognised older form)."""

    final_recipient: str = ""
    status: str = ""
    """Enhanced status code such as 5.1.1 (RFC 3463)."""
    original_message_id: str = ""
    diagnostic: str = ""
    """The server's own words, on one line."""
    is_permanent: bool = True
    """The mail will not arrive; else it is delayed, or was delivered after all."""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """Plain values; missing ones are empty."""

    from_address: str = ""
    from_name: str = ""
    to: Sequence[Mailbox] = ()
    cc: Sequence[Mailbox] = ()
    reply_to: Sequence[Mailbox] = ()
    message_id: str = ""
    """In angle brackets, as all message ids here."""
    in_reply_to: Sequence[str] = ()
    references: Sequence[str] = ()
    date: datetime | None = None
    """Aware."""
    subject: str = ""
    text: str = ""
    """All of its words."""
    reply_text: str = ""
    """Without quoted history and signature."""
    html: str = ""
    """The readable subset (core.html.sanitise); pictures keep src="cid:…" where an attachment has that id."""
    raw_html: str = ""
    """Its HTML, decoded, tags nested too deeply left out, and else as it was sent: never to be shown but by
    original_html.original_html, in a frame without rights."""
    reply_html: str = ""
    """The part of `html` that is the sender's own."""
    quoted_html: str = ""
    """The rest of it: quoted history and signature."""
    attachments: Sequence[ParsedAttachment] = ()
    automatic: str | None = None
    """Why it is taken for automatic: auto-reply, auto-generated, bulk, list, bounce, feedback-report, receipt."""
    bounce: Bounce | None = None
    headers: dict[str, list[str]] = field(default_factory=dict)
    """Decoded values of the headers that threading and policy ask for, by lower-case name: authentication-results,
    auto-submitted, delivered-to, x-original-to, envelope-to, return-path, precedence, list-id, x-spam-flag,
    x-spam-status, x-spam-score, x-helpdesk-loop, received-spf."""
    forwarded_from: Mailbox | None = None
    """Who wrote what is forwarded here, where it is a forwarded mail and says so."""
    problems: Sequence[str] = ()
    """What was wrong with it, in short sentences."""

    def as_json(self) -> dict[str, Any]:
        """What `helpdesk mail parse` prints and InboundMessage.parsed keeps: no bytes."""
        boxes = {"to": self.to, "cc": self.cc, "reply_to": self.reply_to}
        return {
            "from_address": self.from_address,
            "from_name": self.from_name,
            **{
                name: [{"address": box.address, "name": box.name} for box in all_]
                for name, all_ in boxes.items()
            },
            "message_id": self.message_id or None,
            "in_reply_to": list(self.in_reply_to),
            "references": list(self.references),
            "date": self.date.isoformat() if self.date else None,
            "subject": self.subject,
            "text": self.text,
            "reply_text": self.reply_text,
            "html": self.html,
            "attachments": [
                {
                    "filename": each.filename,
                    "content_type": each.content_type,
                    "size": len(each.content),
                    "inline": each.is_inline,
                }
                for each in self.attachments
            ],
            "automatic": self.automatic,
            "bounce": {
                "final_recipient": self.bounce.final_recipient or None,
                "status": self.bounce.status or None,
                "original_message_id": self.bounce.original_message_id or None,
            }
            if self.bounce
            else None,
            "problems": list(self.problems),
        }
