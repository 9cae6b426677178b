"""Blob, one content the store holds."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, Created, Utc


class Blob(Created, Base):
    """Bytes known by their SHA-256. The row is written before the bytes and committed after them."""

    __tablename__ = "blobs"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        CheckConstraint("size >= 0", name="size_not_negative"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    content_type: Mapped[str]
    """Found in the bytes by helpdesk.files.types, never told by a client."""
    last_used_at: Mapped[Utc] = mapped_column(default=clock.now, index=True)
    """When somebody last sent this content: the collector leaves fresh ones alone."""
