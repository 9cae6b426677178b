"""The months of the audit trail: made ahead as the owner role, so that no row ever meets a missing one."""

from datetime import UTC, date, datetime

from sqlalchemy import Connection, text  # noqa: TID251 — partitions are made by statements it has no words for

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
    moved = "delete from audit_logs_default where created_at >= :start and created_at < :end returning *"
    bounds = f"from ('{start.isoformat()}') to ('{end.isoformat()}')"
    for statement in (
        f"create table {name} (like audit_logs including defaults including constraints)",
        # nobody adds rows of this month to the default partition between the move and the end
        "lock table audit_logs_default in access exclusive mode",
        f"with moved as ({moved}) insert into {name} overriding system value select * from moved",  # noqa: S608 — digits
        f"alter table audit_logs attach partition {name} for values {bounds}",
        f"alter table {name} enable row level security",  # without a policy: it is read through the whole
    ):
        connection.execute(text(statement), {"start": start, "end": end} if moved in statement else {})


def _next(month: date, count: int) -> date:
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)
