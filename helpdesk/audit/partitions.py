"""The months of the audit trail: made ahead as the owner role, so that no row ever meets a missing one."""

from datetime import UTC, date, datetime

from sqlalchemy import Connection, text

from helpdesk.core import clock

MONTHS_AHEAD = 3


def ensure_partitions(connection: Connection, *, since: date | None = None) -> list[str]:
    """Make what is missing from the month of `since` (default: now) to MONTHS_AHEAD from now. Returns the new names.

    Rows that fell into the default partition meanwhile move to their month. Safe to repeat; runs as owner.
    """
    today = clock.now().date()
    month = (since or today).replace(day=1)
    last = _next(today, MONTHS_AHEAD)
    made = []
    while month <= last:
        name = f"audit_logs_{month:%Y_%m}"
        if connection.scalar(text("select to_regclass(:name)"), {"name": name}) is None:
            _make(connection, name, month)
            made.append(name)
        month = _next(month, 1)
    return made


def _make(connection: Connection, name: str, month: date) -> None:
    start, end = (datetime(each.year, each.month, 1, tzinfo=UTC) for each in (month, _next(month, 1)))
    bounds = {"start": start, "end": end}
    connection.execute(text(f"create table {name} (like audit_logs including defaults including constraints)"))
    connection.execute(
        text(
            "with moved as (delete from audit_logs_default where created_at >= :start and created_at < :end returning *)"
            f" insert into {name} overriding system value select * from moved"
        ),
        bounds,
    )
    connection.execute(
        text(
            f"alter table audit_logs attach partition {name}"
            f" for values from ('{start.isoformat()}') to ('{end.isoformat()}')"
        )
    )


def _next(month: date, count: int) -> date:
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)
