"""AuditLog, one row for each changed object of an operation, and Audited, the mark of what is watched."""

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import Base, Json, Utc


class AuditAction(StrEnum):
    """What happened to the object. Purge stands for everything a ticket had; read for an act that changed nothing."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    PURGE = "purge"
    READ = "read"


class AuditLog(Base):
    """Old → new of one object in one operation. Partitioned by month; nobody but the owner role can change a row."""

    __tablename__ = "audit_logs"
    __table_args__ = (
        Index(None, "created_at", "id"),
        Index(None, "table_name", "record_id", "created_at"),
        Index(None, "ticket_id", "created_at", postgresql_where="ticket_id is not null"),
        Index(None, "user_id", "created_at"),
        Index(None, "request_id"),
        {"postgresql_partition_by": "RANGE (created_at)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    created_at: Mapped[Utc] = mapped_column(default=clock.now, primary_key=True)
    table_name: Mapped[str]
    record_id: Mapped[int]
    ticket_id: Mapped[int | None]
    action: Mapped[AuditAction]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    via: Mapped[Via]
    token_id: Mapped[int | None]
    ip: Mapped[str | None]
    request_id: Mapped[str]
    changes: Mapped[Json]


class Audited:
    """Mixin for models whose every change leaves an audit row. Relies on an integer `id`."""

    audit_secret: ClassVar[frozenset[str]] = frozenset()
    """Columns of which only the fact of a change is kept, never a value."""

    audit_digest: ClassVar[frozenset[str]] = frozenset()
    """Message texts: kept as length and digest, so that redaction and erasure stay possible."""

    audit_skip: ClassVar[frozenset[str]] = frozenset({"updated_at", "version"})
    """Columns that follow from others and say nothing by themselves."""

    audit_relations: ClassVar[frozenset[str]] = frozenset()
    """Many-to-many relationships whose members are part of the object; each member has an `audit_name`."""

    def audit_ticket_id(self) -> int | None:
        """The ticket in whose history the change belongs."""
        ticket_id: int | None = getattr(self, "ticket_id", None)
        return ticket_id
