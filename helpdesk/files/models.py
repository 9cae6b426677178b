"""Blob, one content the store holds."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, Created, Utc


class Blob(Created, Base):
    """Bytes known by their SHA-256. The row is written before the bytes and committed after them."""

    __tablename__ = "blobs"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        CheckConstraint("size >= 0", name="size_not_negative"),
        Index("ix_blobs_unread", "created_at", postgresql_where="words_read_at is null"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    content_type: Mapped[str]
    """Found in the bytes by helpdesk.files.types, never told by a client."""
    last_used_at: Mapped[Utc] = mapped_column(default=clock.now, index=True)
    """When somebody last sent this content: the collector leaves fresh ones alone."""
    words_read_at: Mapped[Utc | None]
    """When somebody looked for words in it, whether there were any or not."""
    words_failed_at: Mapped[Utc | None]
    """When the disk did not give it to somebody who looked for words; they look again later."""
