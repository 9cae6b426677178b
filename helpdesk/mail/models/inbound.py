"""InboundMessage: one mail as it arrived, and what became of it."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import Base, Created, Id, Json, Utc
from helpdesk.mail.models.mailbox import Mailbox
from helpdesk.tickets.models import Comment, Ticket


class Door(StrEnum):
    """How a mail came in."""

    IMAP = "imap"
    PIPE = "pipe"
    HTTP = "http"


class Verdict(StrEnum):
    """What became of a mail. Every one ends with a verdict other than WAITING."""

    WAITING = "waiting"
    NEW_TICKET = "new_ticket"
    REPLY = "reply"
    BOUNCE = "bounce"
    """It tells of a mail of ours: recorded there."""
    IGNORED = "ignored"
    SUSPENDED = "suspended"
    """Unwanted, as far as we know: somebody may recover it."""
    QUARANTINED = "quarantined"
    """It claims what it cannot prove: somebody has to look."""
    FAILED = "failed"
    """It could not be read or filed: somebody has to look."""


class Reason(StrEnum):
    """Why, where the verdict alone does not say it. The sentences are in mail.reasons."""

    AUTOMATIC = "automatic"
    OWN_MAIL = "own_mail"
    LOOP = "loop"
    BLOCKED = "blocked"
    SPAM = "spam"
    MARKED_AS_SPAM = "marked_as_spam"
    FORGED_TOKEN = "forged_token"  # noqa: S105 — a reason, no password
    FOREIGN_TOKEN = "foreign_token"  # noqa: S105 — a reason, no password
    NO_LONGER_ALLOWED = "no_longer_allowed"
    NOT_A_PARTICIPANT = "not_a_participant"
    """With REPLY: kept at the ticket for staff alone, until somebody admits or moves it."""
    NUMBER_IN_SUBJECT = "number_in_subject"
    """With NEW_TICKET: linked to the ticket it names, for staff."""
    TOO_LATE = "too_late"
    """With NEW_TICKET: it answers a ticket that is past reopening, and is linked to it."""
    NO_TOKEN = "no_token"  # noqa: S105 — a reason, no password
    """It comes from the address of somebody who works here, as an answer, and without a token of theirs."""
    NOT_VERIFIED = "not_verified"
    """The mailbox's own server says that the sender is not who it claims to be."""
    DUPLICATE = "duplicate"
    """The same mail came to this mailbox before, by another way."""
    NO_SENDER = "no_sender"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    NOT_FILED = "not_filed"


class InboundMessage(Created, Base):
    """The bytes are in the file store before this row is committed; it is committed before the source lets go."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "sha256"),
        Index(None, "verdict", "id"),
        Index(None, "created_at", "id"),
        Index(None, "message_id"),
        Index(None, "sender", "created_at"),
    )

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    door: Mapped[Door]
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    size: Mapped[int]
    """Bytes."""
    arrived_at: Mapped[Utc] = mapped_column(default=clock.now)
    """When it reached the server (IMAP INTERNALDATE), else the door."""
    uid_validity: Mapped[int | None]
    uid: Mapped[int | None]
    envelope_from: Mapped[str | None]
    """SMTP's MAIL FROM where the door knows it; empty for the null return path."""

    verdict: Mapped[Verdict] = mapped_column(default=Verdict.WAITING)
    reason: Mapped[Reason | None]
    detail: Mapped[str] = mapped_column(default="", server_default="")
    """More than the reason says: a server's word, an error without anybody's text."""
    decided_at: Mapped[Utc | None]
    attempts: Mapped[int] = mapped_column(default=0)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Who looked at it and let it in all the same."""

    sender: Mapped[str] = mapped_column(default="", server_default="")
    """Address in From, normalised; empty until it is parsed."""
    sender_name: Mapped[str] = mapped_column(default="", server_default="")
    subject: Mapped[str] = mapped_column(default="", server_default="")
    message_id: Mapped[str | None]
    """RFC 5322 Message-ID, in angle brackets."""
    sent_at: Mapped[Utc | None]
    """Its Date, where it has a believable one."""
    parsed: Mapped[Json | None]
    """What the parser found (ParsedMail.as_json), long texts cut; and `labels`, what attachments are beside files, by
    their public id."""

    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_recipients.id"), index=True)
    """Of a bounce: the delivery it speaks of."""

    mailbox: Mapped[Mailbox] = relationship(lazy="raise")
    ticket: Mapped[Ticket | None] = relationship(lazy="raise")
    comment: Mapped[Comment | None] = relationship(lazy="raise")
    person: Mapped[User | None] = relationship(foreign_keys=sender_id, lazy="raise")
