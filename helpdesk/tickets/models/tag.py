"""Tags: words that agents put on tickets."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Table, func
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.audit.models import Audited
from helpdesk.core import clock
from helpdesk.core.db import Base, Id, Timestamps

ticket_tags = Table(
    "ticket_tags",
    Base.metadata,
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False, default=clock.now),
    Index("ix_ticket_tags_by_tag", "tag_id", "ticket_id"),
)


class Tag(Audited, Timestamps, Base):
    """One word, unique whatever its case, with a colour (#rrggbb)."""

    __tablename__ = "tags"
    __table_args__ = (CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name="hex_color"),)

    id: Mapped[Id]
    name: Mapped[str]
    color: Mapped[str] = mapped_column(default="#6b6b6b")
    description: Mapped[str | None]

    @property
    def audit_name(self) -> str:
        return self.name


Index("uq_tags_name", func.lower(Tag.name), unique=True)
