"""Reading in bulk: how many different things of a kind an account may read within an hour."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, select

from helpdesk.audit.access import mark_seen, note_for_good
from helpdesk.audit.models import AccessKind, AccessLog, RecentRead
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import TooMany

WITHIN = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)

LIMITS: Mapping[AccessKind, tuple[str, int]] = {
    AccessKind.TICKET: ("most_tickets_an_hour", 300),
    AccessKind.ATTACHMENT: ("most_files_an_hour", 600),
    AccessKind.EXPORT: ("most_exports_an_hour", 20),
}
"""The setting of the desk that limits a kind, and what it is by itself; 0 is no limit."""

_WORDS: Mapping[AccessKind, str] = {
    AccessKind.TICKET: "You have opened very many tickets within an hour.",
    AccessKind.ATTACHMENT: "You have opened very many files within an hour.",
    AccessKind.EXPORT: "You have made very many files of lists within an hour.",
}


def count_reading(kind: AccessKind, *, person_id: int, record_id: int, most: int) -> None:
    """Count what somebody reads; the same thing again counts once. Costs one statement, in the app role.

    Raises TooMany beyond `most` different ones within an hour; the first time in an hour, administrators are told.
    Requests that come at the very same moment do not see each other: each thread of the server may let one more pass.
    """
    if most <= 0:
        return
    now = clock.now()
    noted = mark_seen(kind, person_id=person_id, record_id=record_id, moment=now).returning(
        RecentRead.record_id
    )
    others = select(read_lately(kind, person_id=person_id, but=literal(record_id))).add_cte(
        noted.cte("noted")
    )
    refuse_beyond(most, kind, person_id=person_id, count=db.session.scalar(others) or 0)


def read_lately(kind: AccessKind, *, person_id: int, but: ColumnElement[int]) -> ScalarSelect[int]:
    """How many different things of a kind somebody has read within the hour, one of them left out: a column for a
    statement that reads that one."""
    since = clock.sql_now() - WITHIN  # bound when it runs: the statement around it may be kept
    mine = (RecentRead.user_id == person_id, RecentRead.kind == kind, RecentRead.record_id != but)
    return select(func.count()).where(*mine, RecentRead.read_at > since).scalar_subquery()


def refuse_beyond(most: int, kind: AccessKind, *, person_id: int, count: int) -> None:
    """Stop who has read `count` other things within the hour already. Raises TooMany."""
    if most <= 0 or count < most:
        return
    now = clock.now()
    mine = (RecentRead.user_id == person_id, RecentRead.kind == kind, RecentRead.read_at > now - WITHIN)
    oldest = db.session.scalar(select(func.min(RecentRead.read_at)).where(*mine)) or now
    wait = max(1, int((oldest + WITHIN - now).total_seconds()) + 1)
    _tell(kind, person_id)
    minutes = -(-wait // 60)
    when = "a minute" if minutes == 1 else f"{minutes} minutes"
    raise TooMany(
        f"{_WORDS[kind]} To keep the desk safe, we stop here: try again in {when}.", retry_after=wait
    )


def _tell(kind: AccessKind, person_id: int) -> None:
    """One record an hour, and kind, is enough to be alarmed."""
    told = select(AccessLog.id).where(
        AccessLog.kind == AccessKind.LIMIT_REACHED,
        AccessLog.user_id == person_id,
        AccessLog.detail == kind.value,
        AccessLog.created_at > clock.now() - WITHIN,
    )
    if db.session.scalar(told.limit(1)) is None:
        note_for_good(AccessKind.LIMIT_REACHED, person_id=person_id, detail=kind.value)
