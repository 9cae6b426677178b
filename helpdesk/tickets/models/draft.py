"""What somebody is writing on a ticket and has not sent: kept here so that it outlives the browser."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Id, Json, Timestamps


class Mode(StrEnum):
    """For whom a text is written: the customer, or colleagues alone."""

    REPLY = "reply"
    NOTE = "note"


class Draft(Timestamps, Base):
    """One a person and ticket; gone when it is sent. `content` is the editor's HTML, sanitised."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("user_id", "ticket_id"),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    mode: Mapped[Mode] = mapped_column(default=Mode.REPLY)
    content: Mapped[str]
    recipients: Mapped[Json | None]
    """Addresses by kind (to, cc, bcc) where its writer chose them; None: as the conversation suggests."""
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default="false")
    """It was to be sent later, and the customer wrote first."""
