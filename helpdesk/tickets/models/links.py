"""What ties a ticket to people and to other tickets: watchers, participants, links."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.audit.models import Audited
from helpdesk.core import clock
from helpdesk.core.db import Base, Created, Id

ticket_watchers = Table(
    "ticket_watchers",
    Base.metadata,
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, default=clock.now),
    comment="staff who follow silently",
)

ticket_participants = Table(
    "ticket_participants",
    Base.metadata,
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, default=clock.now),
    comment="customers who may read and answer beside the requester",
)


class LinkKind(StrEnum):
    """What the first ticket is to the second."""

    RELATES_TO = "relates_to"
    DUPLICATES = "duplicates"
    PARENT_OF = "parent_of"
    FOLLOWS_UP = "follows_up"


class TicketLink(Audited, Created, Base):
    """A typed tie between two tickets, read from either side."""

    __tablename__ = "ticket_links"
    __table_args__ = (
        UniqueConstraint("ticket_id", "other_id", "kind"),
        CheckConstraint("ticket_id <> other_id", name="two_tickets"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[LinkKind]
