"""AuditLog, one row for each changed object of an operation; Audited, the mark of what is watched; who read what; and
the seals over both."""

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import Base, Id, Json, Utc


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
    impersonator_id: Mapped[int | None]
    """The administrator who looked at the desk as `user_id`."""
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


class AccessKind(StrEnum):
    """What somebody did that changed no object: read, signed in, tried to."""

    TICKET = "ticket"
    ATTACHMENT = "attachment"
    EXPORT = "export"
    SIGNED_IN = "signed_in"
    """Somebody is in: after the second factor where there is one. `detail` is how."""
    SIGN_IN_FAILED = "sign_in_failed"
    """A first proof was wrong. Without a person, `detail` is the address that was typed."""
    SECOND_FACTOR_FAILED = "second_factor_failed"
    PROVEN = "proven"
    """A fresh proof before a dangerous act."""
    PROOF_FAILED = "proof_failed"
    SIGNED_OUT = "signed_out"
    LINK_OPENED = "link_opened"
    """A mailed link opened one ticket to whoever held it."""
    IMPERSONATION_STARTED = "impersonation_started"
    """`record_id` is the person who is looked through; so it is where it ends."""
    IMPERSONATION_ENDED = "impersonation_ended"
    LIMIT_REACHED = "limit_reached"
    """Somebody read more within an hour than the desk allows; `detail` is the kind of what they read."""


class AccessLog(Base):
    """One reading or one event of signing in. Partitioned by month; nobody but the owner role can change a row."""

    __tablename__ = "access_logs"
    __table_args__ = (
        Index(None, "created_at", "id"),
        Index(None, "kind", "created_at"),
        Index(None, "ticket_id", "created_at", postgresql_where="ticket_id is not null"),
        Index(None, "user_id", "created_at"),
        {"postgresql_partition_by": "RANGE (created_at)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    created_at: Mapped[Utc] = mapped_column(default=clock.now, primary_key=True)
    kind: Mapped[AccessKind]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    impersonator_id: Mapped[int | None]
    record_id: Mapped[int | None]
    ticket_id: Mapped[int | None]
    detail: Mapped[str]
    via: Mapped[Via]
    ip: Mapped[str | None]
    request_id: Mapped[str]


class RecentRead(Base):
    """What somebody has read lately, each thing once: counted against reading in bulk, forgotten after a day."""

    __tablename__ = "recent_reads"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[AccessKind] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    read_at: Mapped[Utc] = mapped_column(index=True)


class AuditSeal(Base):
    """A link of the chain: the digests of rows that were committed, and the digest of the link before.

    Written by the owner role alone. Everything but `anchored_at` goes into `digest`: see helpdesk.audit.digests.
    """

    __tablename__ = "audit_seals"
    __table_args__ = (Index(None, "table_name", "number"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    format: Mapped[int]
    sealed_at: Mapped[Utc]
    table_name: Mapped[str]
    row_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    row_moments: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """When each row was written, in microseconds since 1970."""
    row_digests: Mapped[bytes]
    """32 bytes a row."""
    up_to_id: Mapped[int]
    """The highest id that was looked at; what is above comes into later seals."""
    awaited: Mapped[list[list[int]]] = mapped_column(JSONB)
    """Ids below that were not there yet: first, last, and since when; a transaction may still commit them."""
    reason: Mapped[str]
    """Why rows of long ago came in late; empty where nothing did."""
    previous: Mapped[bytes]
    digest: Mapped[bytes]
    anchored_at: Mapped[Utc | None]


class AuditRemoval(Base):
    """Rows that were taken out of a sealed table, and why: by their ids, or all that were written before a moment."""

    __tablename__ = "audit_removals"

    id: Mapped[Id]
    created_at: Mapped[Utc] = mapped_column(default=clock.now)
    table_name: Mapped[str]
    before: Mapped[Utc | None]
    row_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    reason: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    request_id: Mapped[str]
