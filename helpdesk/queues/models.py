"""Views that people keep: which tickets, and how their list looks; and who has which beside their pages."""

import secrets

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.audit.models import Audited
from helpdesk.core.db import Base, Id, Timestamps


def new_slug() -> str:
    """What a view is called in addresses: it tells nothing, and no queue is called so."""
    return "v" + secrets.token_hex(6)


class SavedView(Audited, Timestamps, Base):
    """A query with a name and a look. With an owner it is theirs alone, with a team its members', else everyone's."""

    __tablename__ = "saved_views"
    __table_args__ = (CheckConstraint("owner_id is null or team_id is null", name="one_audience"),)
    audit_skip = Audited.audit_skip | {"slug"}

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True, default=new_slug)
    name: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    query: Mapped[str]
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """In their order; empty: those of the queues."""
    sort: Mapped[str]
    grouping: Mapped[str] = mapped_column(default="")


view_pins = Table(
    "view_pins",
    Base.metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("view_id", ForeignKey("saved_views.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", BigInteger, nullable=False),
    comment="views that somebody has beside their pages, in their own order",
)
