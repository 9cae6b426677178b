"""One message of a ticket as agents read it: what it says, how it came, where it went, which files it brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Row

from helpdesk.core import clock
from helpdesk.tickets.models import HeldFor, Ticket
from helpdesk.web.agents.envelopes import Envelope, envelope_of
from helpdesk.web.agents.ledgers import Ledger, ledger_of
from helpdesk.web.appearance import picture_address
from helpdesk.web.file_labels import Label, label_of
from helpdesk.web.filters import person_tone
from helpdesk.web.languages import gettext
from helpdesk.web.quoted import line_count, parted

MOST_KEPT = 10_000
"""Bytes of a message that is kept as it was drawn: a process keeps thousands of them."""


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file of a message, as components/file.html takes it."""

    name: str
    size: int
    content_type: str
    url: str
    is_inline: bool
    """It stands in the text."""
    label: Label | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message, as agents/tickets/_message.html takes it."""

    kind: str
    id: str
    comment_id: int
    name: str
    tone: str
    moment: datetime
    body: Markup
    quoted: Markup
    """What it repeats of earlier ones, and what it is signed with: folded."""
    quoted_lines: int
    files: tuple[MessageFile, ...]
    author_id: int
    envelope: Envelope
    ledger: Ledger
    held_for: HeldFor | None = None
    """Why it is not published yet."""
    held_id: str = ""
    publish_at: datetime | None = None
    cancels_on_answer: bool = False
    picture: str | None = None
    is_new: bool = False

    @property
    def is_strangers(self) -> bool:
        """Whether somebody wrote it who takes no part in the ticket: staff alone see it."""
        return self.held_for is HeldFor.STRANGER

    @property
    def waits(self) -> bool:
        """Whether it is still to be sent: it can be taken back."""
        return self.held_for in (HeldFor.UNDO, HeldFor.LATER)

    @property
    def is_kept(self) -> bool:
        """Whether it can be kept as it was drawn: what is not published yet changes by the second."""
        return self.held_for is None and len(self.body) + len(self.quoted) <= MOST_KEPT

    @property
    def seconds_left(self) -> int:
        """Until it is sent, at the least."""
        left = (self.publish_at - clock.now()).total_seconds() if self.publish_at else 0
        return max(0, ceil(left))

    @property
    def labels(self) -> Sequence[Label]:
        """What its files make of it: signed, encrypted, an invitation …, each once."""
        return list(dict.fromkeys(each.label for each in self.files if each.label))


def anchor(position: int) -> str:
    """What the address of a message ends with."""
    return f"comment-{position}"


def held_anchor(held_id: str) -> str:
    """The same for one that is not published yet."""
    return f"held-{held_id}"


def message_of(found: Row[Any], ticket: Ticket) -> Message:
    """From a row of `messages_with_mail`."""
    kind = (
        "note" if found.is_internal else "reply" if found.is_by_staff and not found.is_opening else "customer"
    )
    told = parted(found.content_html)
    history = Markup(found.quoted_html or "")  # noqa: S704 — sanitised when the mail was read
    return Message(
        kind=kind,
        id=anchor(found.position) if found.position else held_anchor(found.held_id),
        comment_id=found.comment_id,
        name=found.author or gettext("Somebody"),
        tone=person_tone(found.author_id),
        moment=found.created_at,
        body=told.body,
        quoted=told.quoted + history,
        quoted_lines=told.lines + (line_count(history) if history else 0),
        files=tuple(_file(each) for each in found.files),
        author_id=found.author_id,
        envelope=envelope_of(kind, found, ticket),
        ledger=ledger_of(found.deliveries),
        held_for=found.held_for,
        held_id=found.held_id or "",
        publish_at=found.publish_at,
        cancels_on_answer=bool(found.cancels_on_answer),
        picture=picture_address(found.author_id, found.picture),
    )


def _file(file: Mapping[str, Any]) -> MessageFile:
    return MessageFile(
        name=file["filename"],
        size=file["size"],
        content_type=file["content_type"],
        url=url_for("files.show", public_id=file["public_id"]),
        is_inline=file["is_inline"],
        label=label_of(file["filename"]),
    )
