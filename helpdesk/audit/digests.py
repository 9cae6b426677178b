"""What a seal is computed from: the whole content of a row, and of a seal, as one text each. Pure functions."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Numeric, Select, Table, Text, cast, extract, select
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.audit.models import AccessLog, AuditLog, AuditRemoval
from helpdesk.core.db import Base

FORMAT = 1
"""Of COLUMNS. Seals say theirs: a later program that watches more columns still understands what this one sealed."""

COLUMNS: Mapping[int, Mapping[str, Sequence[str]]] = {
    1: {
        AuditLog.__tablename__: (
            *("id", "created_at", "table_name", "record_id", "ticket_id", "action", "user_id"),
            *("impersonator_id", "via", "token_id", "ip", "request_id", "changes"),
        ),
        AccessLog.__tablename__: (
            *("id", "created_at", "kind", "user_id", "impersonator_id", "record_id", "ticket_id"),
            *("detail", "via", "ip", "request_id"),
        ),
        AuditRemoval.__tablename__: (
            *("id", "created_at", "table_name", "before", "row_ids", "reason", "user_id", "request_id"),
        ),
    },
}
SEALED = tuple(COLUMNS[FORMAT])
"""The tables whose rows are sealed."""

BYTES = hashlib.sha256().digest_size
GENESIS = bytes(BYTES)
"""What the first seal names as the one before."""
LATEST = 250_000_000_000_000_000
"""In the year 9892: what is later is no moment of a row."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORDS = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))
"""One for all rows: `json.dumps` makes a new one for each, a good part of what a digest takes."""


def table_of(name: str) -> Table:
    """A sealed table by its name."""
    return Base.metadata.tables[name]


def contents(name: str, form: int) -> Select[*tuple[Any, ...]]:
    """All that is sealed of the rows of a table, in the order of the format."""
    columns = table_of(name).c
    return select(*(_readable(columns[each]) for each in COLUMNS[form][name]))


def row_digest(name: str, values: Sequence[Any]) -> bytes:
    """Of one row as `contents` selects it. A list in JSON: no two different rows have the same text."""
    return _digest([name, *map(_plain, values)])


def seal_digest(seal: Mapping[str, Any]) -> bytes:
    """Of everything a seal says, from its columns by name: rows, their order, the seal before."""
    packed = seal["row_digests"]
    digests = [packed[start : start + BYTES].hex() for start in range(0, len(packed), BYTES)]
    return _digest(
        [
            *(seal["number"], seal["format"], microseconds(seal["sealed_at"]), seal["table_name"]),
            *(seal["row_ids"], seal["row_moments"], digests),
            *(seal["up_to_id"], seal["awaited"], seal["reason"], seal["previous"].hex()),
        ]
    )


def microseconds(moment: datetime) -> int:
    """Since 1970: PostgreSQL keeps no finer ones."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(number: int) -> datetime:
    """The way back."""
    return _EPOCH + timedelta(microseconds=number)


def written_at(row: Any) -> int:
    """The moment of a row that `contents` selected; the first one there is for a row that bears none we know."""
    number = _plain(row.created_at)
    return number if isinstance(number, int) and abs(number) <= LATEST else 0


def _readable(column: ColumnElement[Any]) -> ColumnElement[Any]:
    # as PostgreSQL writes it: whoever edits a number's zeros edits the row
    if isinstance(column.type, JSONB):
        return cast(column, Text).label(column.key)
    if isinstance(column.type, DateTime):  # as a number also where Python knows no such moment
        return cast(extract("epoch", column) * 1_000_000, Numeric).label(column.key)
    return column


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() else str(value)
    return value


def _digest(facts: Sequence[Any]) -> bytes:
    return hashlib.sha256(_WORDS.encode(facts).encode()).digest()
