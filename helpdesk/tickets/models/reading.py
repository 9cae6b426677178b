"""Until when each agent has read a ticket."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Table

from helpdesk.core.db import Base

ticket_reads = Table(
    "ticket_reads",
    Base.metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True, index=True),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Index(None, "user_id", "seen_at"),
)
