"""A file that was sent ahead of the message it belongs to: seen by its sender alone until the message is sent."""

from secrets import token_urlsafe

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Created, Id


class StagedFile(Created, Base):
    """Becomes an Attachment with the same `public_id`, so that the address in a text stays right."""

    __tablename__ = "staged_files"
    __table_args__ = (Index(None, "created_at"), Index(None, "user_id", "ticket_id"))

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    """The ticket it is meant for; None while the ticket is not opened yet."""
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: token_urlsafe(16))
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    is_inline: Mapped[bool] = mapped_column(default=False)
