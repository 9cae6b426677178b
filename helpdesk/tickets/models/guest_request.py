"""What somebody without an account asks: kept aside until the address is confirmed, then a ticket."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Created, Id, Utc


class GuestRequest(Created, Base):
    """As it was typed. No agent sees it before `confirmed_at`: until then nobody knows who wrote it."""

    __tablename__ = "guest_requests"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[Id]
    email: Mapped[str]
    full_name: Mapped[str]
    title: Mapped[str]
    content: Mapped[str]
    ip: Mapped[str | None]
    confirmed_at: Mapped[Utc | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    """What it became."""
