"""A bulk edit: what somebody does to many tickets, how far that has come, and which of them refused."""

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Created, Id, Utc

UNDO = "undo"
"""The deed of an edit that takes another one back."""


class BulkEdit(Created, Base):
    """One deed for many tickets. It keeps none of their words: the trail tells under `request_id` what it changed."""

    __tablename__ = "bulk_edits"
    __table_args__ = (
        Index(None, "user_id", "created_at"),
        Index("ix_bulk_edits_under_way", "user_id", postgresql_where="finished_at is null"),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(unique=True)
    """Its address; not a right by itself."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Who does it: every piece of it is done under their rights of that moment."""
    impersonator_id: Mapped[int | None]
    deed: Mapped[str]
    """The name of a kind of deed (helpdesk.tickets.bulk.deeds), or UNDO."""
    value: Mapped[str]
    ticket_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), deferred=True)
    """Read by the pieces alone: they may be tens of thousands."""
    ticket_count: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    """How many of `ticket_ids` have been gone through."""
    changed_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    list_path: Mapped[str]
    """The page of the list it came from."""
    request_id: Mapped[str]
    """Under which the trail keeps its changes."""
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_edits.id"), unique=True)
    finished_at: Mapped[Utc | None]
    """When it was over, whether it came to its end, was cancelled or had to stop."""
    cancelled_at: Mapped[Utc | None]
    stopped_because: Mapped[str | None]
    """The sentence that says why it could not go on."""

    @property
    def is_undo(self) -> bool:
        return self.undoes_id is not None

    @property
    def same_count(self) -> int:
        """How many were so already."""
        return self.position - self.changed_count - self.refused_count


class BulkRefusal(Base):
    """A ticket that stayed as it is, and the sentence that says why."""

    __tablename__ = "bulk_edit_refusals"

    bulk_edit_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_edits.id", ondelete="CASCADE"), primary_key=True
    )
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)
    reason: Mapped[str]
