"""How long rows of the logs are kept: whole months, and each removal leaves a row of its own."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import Connection, String, column, delete, insert, select, table
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.audit.digests import table_of
from helpdesk.audit.models import AccessLog, AuditLog, AuditRemoval
from helpdesk.audit.partitions import drop_before
from helpdesk.core import clock, current

MONTHS: Mapping[str, str] = {
    "keeps_audit_months": AuditLog.__tablename__,
    "keeps_access_months": AccessLog.__tablename__,
}
"""The setting of the desk that says how many months of a table are kept; 0 keeps them all."""
DEFAULT_MONTHS: Mapping[str, int] = {"keeps_audit_months": 0, "keeps_access_months": 24}
_settings = table("settings", column("name", String), column("value", JSONB))


def forget_old(connection: Connection) -> list[str]:
    """Drop the months that are older than the desk keeps them. Returns their names. Runs as owner."""
    chosen = select(_settings.c.name, _settings.c.value).where(_settings.c.name.in_(MONTHS))
    kept = {**DEFAULT_MONTHS, **{name: int(value) for name, value in connection.execute(chosen)}}
    gone: list[str] = []
    for name, log in MONTHS.items():
        if kept[name] > 0:
            gone += _forget(connection, log, _months_ago(kept[name]))
    return gone


def note_removal(
    connection: Connection, name: str, ids: Collection[int], *, reason: str, user_id: int | None
) -> None:
    """Say that these rows of a sealed table are taken out, before they are: else their seals would miss them."""
    if ids:
        _note(connection, name, row_ids=sorted(ids), before=None, reason=reason, user_id=user_id)


def _forget(connection: Connection, name: str, first: date) -> list[str]:
    moment = datetime(first.year, first.month, first.day, tzinfo=UTC)
    gone = drop_before(connection, name, first)
    rows = table_of(name)
    loose = connection.execute(
        delete(rows).where(rows.c.created_at < moment)
    ).rowcount  # of the default partition
    if gone or loose:
        _note(connection, name, row_ids=[], before=moment, reason="retention", user_id=None)
    return gone


def _note(
    connection: Connection,
    name: str,
    *,
    row_ids: list[int],
    before: datetime | None,
    reason: str,
    user_id: int | None,
) -> None:
    connection.execute(
        insert(AuditRemoval).values(
            created_at=clock.now(),
            table_name=name,
            before=before,
            row_ids=row_ids,
            reason=reason,
            user_id=user_id or current.SYSTEM_USER_ID,
            request_id=current.entry().request_id,
        )
    )


def _months_ago(count: int) -> date:
    """The first day of the oldest month that is kept: the present one and `count` before it."""
    today = clock.now().date()
    years, index = divmod(today.year * 12 + today.month - 1 - count, 12)
    return date(years, index + 1, 1)
