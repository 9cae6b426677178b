"""The months of the logs: made ahead as the owner role, so that no row ever meets a missing one; dropped when old."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import Connection, text  # noqa: TID251 — partitions are made by statements it has no words for

from helpdesk.audit.models import AccessLog, AuditLog
from helpdesk.core import clock

MONTHS_AHEAD = 3
TABLES = (AuditLog.__tablename__, AccessLog.__tablename__)


def ensure_partitions(connection: Connection, *, since: date | None = None) -> list[str]:
    """Make what is missing from the month of `since` (default: now) to MONTHS_AHEAD from now. Returns the new names.

    Rows that fell into the default partition meanwhile move to their month. Only what changed has a history to go back
    to. Safe to repeat; runs as owner.
    """
    today = clock.now().date()
    last = _next(today, MONTHS_AHEAD)
    made = []
    for table in TABLES:
        month = (since if since and table == AuditLog.__tablename__ else today).replace(day=1)
        while month <= last:
            name = f"{table}_{month:%Y_%m}"
            if connection.scalar(text("select to_regclass(:name)"), {"name": name}) is None:
                _make(connection, table, name, month)
                made.append(name)
            month = _next(month, 1)
    return made


def months(connection: Connection, table: str) -> Mapping[date, str]:
    """The months a table has partitions of, oldest first."""
    parts = "select inhrelid::regclass::text from pg_inherits where inhparent = cast(:table as regclass)"
    found: dict[date, str] = {}
    for name in sorted(connection.scalars(text(parts), {"table": table})):
        if month := re.fullmatch(rf"{table}_(\d{{4}})_(\d\d)", name):
            found[date(int(month[1]), int(month[2]), 1)] = name
    return found


def drop_before(connection: Connection, table: str, month: date) -> list[str]:
    """Drop the months of a table that ended before the first day of `month`. Returns the names of those that went."""
    gone = [name for first, name in months(connection, table).items() if first < month]
    for name in gone:
        connection.execute(text(f"drop table {name}"))
    return gone


def _make(connection: Connection, table: str, name: str, month: date) -> None:
    start, end = (datetime(each.year, each.month, 1, tzinfo=UTC) for each in (month, _next(month, 1)))
    moved = f"delete from {table}_default where created_at >= :start and created_at < :end returning *"  # noqa: S608 — one of TABLES
    bounds = f"from ('{start.isoformat()}') to ('{end.isoformat()}')"
    for statement in (
        f"create table {name} (like {table} including defaults including constraints)",
        # nobody reads or writes a month but through its table, where the policies are
        f"alter table {name} enable row level security",
        # nobody adds rows of this month to the default partition between the move and the end
        f"lock table {table}_default in access exclusive mode",
        f"with moved as ({moved}) insert into {name} overriding system value select * from moved",  # noqa: S608 — digits
        f"alter table {table} attach partition {name} for values {bounds}",
    ):
        connection.execute(text(statement), {"start": start, "end": end} if moved in statement else {})


def _next(month: date, count: int) -> date:
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)
