"""A file that was sent ahead of the message it belongs to: seen by its sender alone until it is sent."""

from secrets import token_urlsafe

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Created, Id


class StagedFile(Created, Base):
    """Becomes an Attachment with the same `public_id`, so that the address in a text stays right."""

    __tablename__ = "staged_files"
    __table_args__ = (
        Index(None, "created_at"),
        Index(None, "user_id", "ticket_id"),
        CheckConstraint("(user_id is null) <> (guest_request_id is null)", name="sent_by_one"),
    )

    id: Mapped[Id]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    guest_request_id: Mapped[int | None] = mapped_column(ForeignKey("guest_requests.id"), index=True)
    """The request of a guest that it came with; then nobody has sent it who is known."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    """The ticket it is meant for; None while the ticket is not opened yet."""
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: token_urlsafe(16))
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    is_inline: Mapped[bool] = mapped_column(default=False)
