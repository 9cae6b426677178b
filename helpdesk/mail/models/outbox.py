"""The outbox: one row a message with a Message-ID fixed before sending, one row a recipient with its own state."""

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.db import Base, Id, Timestamps, Utc
from helpdesk.mail.models.mailbox import Mailbox
from helpdesk.tickets.models import Comment, RecipientKind, Ticket

if TYPE_CHECKING:
    from helpdesk.mail.models.template import MailTemplate


class MailPurpose(StrEnum):
    """Why a mail is sent; each has its template in templates/emails/."""

    CONFIRM_EMAIL = "confirm_email"
    ALREADY_REGISTERED = "already_registered"
    INVITATION = "invitation"
    RESET_PASSWORD = "reset_password"  # noqa: S105 — a purpose, no password
    MAGIC_LINK = "magic_link"
    TICKET_RECEIVED = "ticket_received"
    TICKET_ANSWERED = "ticket_answered"
    CONFIRM_REQUEST = "confirm_request"
    CONFIRM_ADDRESS = "confirm_address"
    TICKET_LINK = "ticket_link"
    ADDED_TO_TICKET = "added_to_ticket"
    INVITED_TO_ORGANIZATION = "invited_to_organization"
    TICKET_ASSIGNED = "ticket_assigned"
    CUSTOMER_ANSWERED = "customer_answered"
    DELIVERY_FAILED = "delivery_failed"
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"


class DeliveryState(StrEnum):
    """How far a message has come with one recipient."""

    WAITING = "waiting"
    SENDING = "sending"
    """A server is being talked to; after a crash nobody knows whether it took the mail: it is sent again."""
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    """A server took it and another one gave it back."""


class OutboxMessage(Timestamps, Base):
    """A mail to be sent. One-time links are not in it: they are minted when it is rendered for sending."""

    __tablename__ = "outbox_messages"
    __table_args__ = (Index(None, "created_at", "id"),)

    id: Mapped[Id]
    purpose: Mapped[MailPurpose]
    template: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    """RFC 5322 Message-ID, fixed here so that a repeated sending is the same mail."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    guest_request_id: Mapped[int | None] = mapped_column(ForeignKey("guest_requests.id"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailboxes.id"), index=True)
    """Where it leaves from; None: the default mailbox of the moment it is sent."""
    in_reply_to: Mapped[str] = mapped_column(default="", server_default="")
    """Message-ID of the mail it answers; empty: none."""
    references: Mapped[str] = mapped_column(default="", server_default="")
    """Message-IDs of the conversation (RFC 5322, 3.6.4), oldest first, by spaces."""
    send_after: Mapped[Utc] = mapped_column(default=clock.now)
    printed_at: Mapped[Utc | None]
    """When it was shown on the console of a desk that only its own machine reaches."""

    ticket: Mapped[Ticket | None] = relationship(lazy="raise")
    comment: Mapped[Comment | None] = relationship(lazy="raise")
    mailbox: Mapped[Mailbox | None] = relationship(lazy="raise")
    own_words: Mapped["MailTemplate | None"] = relationship(
        primaryjoin="foreign(OutboxMessage.purpose) == remote(MailTemplate.purpose)",
        viewonly=True,
        uselist=False,
        lazy="raise",
    )
    """What an administrator has made of letters of its kind; None: they are in our words."""
    recipients: Mapped[list["OutboxRecipient"]] = relationship(
        back_populates="message", cascade="all, delete-orphan", lazy="raise"
    )


class OutboxRecipient(Timestamps, Base):
    """One person a message goes to, and what became of it there."""

    __tablename__ = "outbox_recipients"
    __table_args__ = (Index(None, "state_at"),)

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("email_addresses.id"), index=True)
    kind: Mapped[RecipientKind] = mapped_column(default=RecipientKind.TO, server_default="to")
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING, index=True)
    state_at: Mapped[Utc] = mapped_column(default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    """What the server answered when it refused, or what a bounce said."""
    answer: Mapped[str] = mapped_column(default="", server_default="")
    """What the server answered when it took the mail."""

    message: Mapped[OutboxMessage] = relationship(back_populates="recipients", lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
    address: Mapped[EmailAddress | None] = relationship(lazy="raise")

    @property
    def email(self) -> str:
        """Where it goes: the address it was drafted for."""
        return self.address.email if self.address else ""
