"""HeldComment: why a message is not published yet, and when it will be."""

from enum import StrEnum
from secrets import token_urlsafe

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core.db import Base, Created, Utc
from helpdesk.tickets.models.comment import Comment
from helpdesk.tickets.models.status import TicketStatus


class HeldFor(StrEnum):
    """Why."""

    UNDO = "undo"
    """Its writer may still take it back."""
    LATER = "later"
    """Its writer wants it to go out at a moment of their own."""
    STRANGER = "stranger"
    """Somebody who takes no part in the ticket wrote it: staff admit or move it."""


class HeldComment(Created, Base):
    """A comment whose `published_at` is null. Deleted when it is published, taken back or moved."""

    __tablename__ = "held_comments"
    __table_args__ = (
        CheckConstraint("(reason = 'stranger') = (publish_at is null)", name="strangers_wait_for_staff"),
    )

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: token_urlsafe(16))
    """What addresses call it: an address, never a right."""
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    reason: Mapped[HeldFor]
    publish_at: Mapped[Utc | None] = mapped_column(index=True)
    cancels_on_answer: Mapped[bool] = mapped_column(default=False)
    """Becomes a draft again when the customer writes first."""
    status: Mapped[TicketStatus | None]
    """Where its writer wants the ticket once it is published; None: as any answer moves it."""

    comment: Mapped[Comment] = relationship(lazy="raise")
