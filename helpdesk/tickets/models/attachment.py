"""A file that came with a comment; who sees the comment may fetch the file."""

from secrets import token_urlsafe
from typing import Any

from sqlalchemy import ForeignKey, inspect
from sqlalchemy.orm import InstanceState, Mapped, mapped_column, relationship

from helpdesk.audit.models import Audited
from helpdesk.core.db import Base, Created, Id
from helpdesk.tickets.models.comment import Comment
from helpdesk.tickets.models.words import FILENAME, words_index


class Attachment(Audited, Created, Base):
    """Name and kind of a file; its bytes lie in the store under `sha256`."""

    __tablename__ = "attachments"
    __table_args__ = (words_index("ix_attachments_name_words", FILENAME),)

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: token_urlsafe(16))
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    is_inline: Mapped[bool] = mapped_column(default=False)

    comment: Mapped[Comment] = relationship(back_populates="attachments", lazy="raise")

    def audit_ticket_id(self) -> int | None:
        state: InstanceState[Any] = inspect(self)
        known = state.attrs["comment"].history
        comments = [each for each in (*known.added, *known.unchanged, *known.deleted) if each is not None]
        return comments[0].ticket_id if comments else None
