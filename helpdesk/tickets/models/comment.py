"""One message of a conversation: what the requester opened with, a reply, or an internal note."""

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import User
from helpdesk.audit.models import Audited
from helpdesk.core.current import Via
from helpdesk.core.db import Base, Id, Timestamps, Utc
from helpdesk.tickets.models.words import words_index

if TYPE_CHECKING:
    from helpdesk.tickets.models.attachment import Attachment
    from helpdesk.tickets.models.ticket import Ticket


class Comment(Audited, Timestamps, Base):
    """A message. While `published_at` is null (held or scheduled) no customer, mail or first response knows it."""

    __tablename__ = "comments"
    __table_args__ = (
        Index(None, "ticket_id", "created_at", "id"),
        Index(None, "created_at"),
        Index("uq_comments_opening", "ticket_id", unique=True, postgresql_where="is_opening"),
        words_index("ix_comments_public_words", "content", where="not is_internal"),
        words_index("ix_comments_internal_words", "content", where="is_internal"),
        CheckConstraint("not (is_opening and is_internal)", name="opening_is_public"),
    )
    audit_digest = frozenset({"content", "content_html", "quoted_html"})

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    origin_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    content: Mapped[str]
    content_html: Mapped[str]
    quoted_html: Mapped[str | None]
    """What an inbound mail quoted and signed with, harmless: folded below its own words, for staff alone."""
    is_internal: Mapped[bool] = mapped_column(default=False)
    is_opening: Mapped[bool] = mapped_column(default=False)
    via: Mapped[Via]
    published_at: Mapped[Utc | None]
    edited_at: Mapped[Utc | None]

    ticket: Mapped["Ticket"] = relationship(back_populates="comments", foreign_keys=ticket_id, lazy="raise")
    author: Mapped[User] = relationship(lazy="raise")
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="comment", cascade="all, delete-orphan", lazy="raise", order_by="Attachment.id"
    )
