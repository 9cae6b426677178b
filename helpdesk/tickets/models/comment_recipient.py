"""CommentRecipient: an address a message was sent to, in either direction."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Created, Id


class RecipientKind(StrEnum):
    """Which header names the address."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"


class CommentRecipient(Created, Base):
    """What staff chose for an answer, or whom an inbound mail named. A record, never a right: staff alone read it."""

    __tablename__ = "comment_recipients"
    __table_args__ = (UniqueConstraint("comment_id", "email_key"),)

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    kind: Mapped[RecipientKind]
    email: Mapped[str]
    """As it was written."""
    email_key: Mapped[str]
    """Normalised by accounts.addresses."""
    name: Mapped[str] = mapped_column(default="", server_default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Whose address it was at that time; None: nobody's we know."""
