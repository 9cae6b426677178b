"""Puts seals on rows that are committed, oldest first, without ever holding up who writes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, false, func, insert, or_, select

from helpdesk.audit.digests import (
    FORMAT,
    GENESIS,
    SEALED,
    contents,
    microseconds,
    moment_of,
    row_digest,
    seal_digest,
    table_of,
    written_at,
)
from helpdesk.audit.models import AuditSeal
from helpdesk.core import clock

LOCK = 4_857_002_316  # any number, the same for all nodes of a desk
ROWS_A_SEAL = 5_000
AWAITED_FOR = timedelta(hours=6)
"""So long a transaction may take to commit a row whose number it has drawn."""
MOST_AWAITED = 1_000
"""So many runs of numbers are waited for, the newest ones."""

Runs = list[list[int]]
"""First number, last number, and since when they are waited for, in microseconds."""


def seal(connection: Connection, *, reason: str = "") -> int:
    """Seal everything that is committed and not sealed yet. Returns the number of new seals. Runs as owner.

    Numbers are drawn before the commit: those that are left out are waited for, and come into a later seal. `reason`
    says why rows bear moments of long ago: who looks at them later will ask.
    """
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))  # of two that seal at once, the second waits
    last = connection.execute(_seals().order_by(AuditSeal.number.desc()).limit(1)).first()
    number, previous = (last.number, last.digest) if last else (0, GENESIS)
    made = 0
    for name in SEALED:
        for values in _links(connection, name):
            number += 1
            link = {"number": number, "previous": previous, "reason": reason, **values}
            previous = seal_digest(link)
            connection.execute(insert(AuditSeal).values(**link, digest=previous))
            made += 1
    return made


def _links(connection: Connection, name: str) -> Iterator[dict[str, Any]]:
    """What the next seals of one table hold, until all of its rows are in."""
    last = connection.execute(
        _seals().where(AuditSeal.table_name == name).order_by(AuditSeal.number.desc()).limit(1)
    ).first()
    up_to, awaited = (last.up_to_id, last.awaited) if last else (0, [])
    ids = table_of(name).c.id
    while True:
        now = clock.now()
        waiting = or_(false(), *(ids.between(first, last) for first, last, _since in awaited))
        late = _rows(connection, name, waiting) if awaited else []
        new = _rows(connection, name, ids > up_to)
        if not (late or new):
            return
        awaited = _still_awaited(awaited, [row.id for row in late], now)
        if new:
            awaited += _left_out(up_to + 1, new[-1].id, [row.id for row in new], microseconds(now))
            up_to = new[-1].id
        awaited = awaited[-MOST_AWAITED:]
        yield _link(name, sorted([*late, *new], key=lambda row: row.id), up_to, awaited, now)


def _rows(connection: Connection, name: str, which: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    ids = table_of(name).c.id
    return connection.execute(contents(name, FORMAT).where(which).order_by(ids).limit(ROWS_A_SEAL)).all()


def _still_awaited(awaited: Runs, came: list[int], now: datetime) -> Runs:
    """What is left of the runs of numbers that were left out; who waits too long waits for nobody."""
    left: Runs = []
    for first, last, since in awaited:
        if moment_of(since) > now - AWAITED_FOR:
            left += _left_out(first, last, [each for each in came if first <= each <= last], since)
    return left


def _left_out(first: int, last: int, there: Iterable[int], since: int) -> Runs:
    """The runs of numbers from first to last that are not there."""
    runs: Runs = []
    for number in (*there, last + 1):
        if number > first:
            runs.append([first, number - 1, since])
        first = number + 1
    return runs


def _link(
    name: str, rows: list[Row[*tuple[Any, ...]]], up_to: int, awaited: Runs, now: datetime
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "sealed_at": now,
        "table_name": name,
        "row_ids": [row.id for row in rows],
        "row_moments": [written_at(row) for row in rows],
        "row_digests": b"".join(row_digest(name, row) for row in rows),
        "up_to_id": up_to,
        "awaited": awaited,
    }


def _seals() -> Any:
    return select(AuditSeal.number, AuditSeal.digest, AuditSeal.up_to_id, AuditSeal.awaited)
