"""Holds what is in the sealed tables against their seals, the seals against each other, and both against anchors."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from helpdesk.audit.digests import (
    BYTES,
    COLUMNS,
    GENESIS,
    LATEST,
    SEALED,
    contents,
    moment_of,
    row_digest,
    seal_digest,
    table_of,
)
from helpdesk.audit.models import AuditRemoval, AuditSeal
from helpdesk.core.db import among

ROWS_AT_ONCE = 5_000
LATE = timedelta(hours=1)
"""A row that bears a moment so long before the seal before its own was not written when it says."""


class Fault(StrEnum):
    """What was found."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    DOUBLED = "doubled"
    LATE = "late"
    SEAL_CHANGED = "seal changed"
    SEAL_MISSING = "seal missing"
    CHAIN_BROKEN = "chain broken"
    ANCHOR_BROKEN = "anchor broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed, and where."""

    fault: Fault
    table: str
    sentence: str
    seal: int | None = None
    row: int | None = None


@dataclass(slots=True)
class Verdict:
    """What a whole run found."""

    findings: list[Finding] = field(default_factory=list)
    seals: int = 0
    rows: int = 0
    removed: int = 0
    """Rows that are gone, and whose removal is itself in the chain."""
    unsealed: int = 0
    """Rows that no seal covers yet: the next one will."""
    anchors: int = 0


def verify(
    connection: Connection,
    *,
    anchors: Mapping[int, set[str]] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Verdict:
    """Look at every seal and every row; `progress` is told how many seals of how many are done.

    What was cut off after the last anchor, seals and rows alike, cannot be found by anybody. Runs as owner.
    """
    verdict = Verdict(anchors=sum(len(each) for each in (anchors or {}).values()))
    total = connection.scalar(select(func.count()).select_from(AuditSeal)) or 0
    removed = _Removals(connection)
    last: Row[*tuple[Any, ...]] | None = None
    heads: dict[str, Any] = {}
    for batch in _batches(connection):
        for seal in batch:
            verdict.findings += _links(seal, last)
            verdict.findings += _anchored(seal, anchors or {})
            last = seal
        verdict.findings += _rows_of(connection, batch, heads, removed, verdict)
        verdict.seals += len(batch)
        progress(verdict.seals, total)
    reached = last.number if last else 0
    for number in sorted(number for number in (anchors or {}) if number > reached):
        sentence = (
            f"Seal {number} was anchored, and the chain ends at {reached}: what came after was cut off."
        )
        verdict.findings.append(Finding(Fault.ANCHOR_BROKEN, "audit_seals", sentence, seal=number))
    for name in SEALED:
        verdict.findings += _never_sealed(connection, name, heads.get(name), verdict)
    return verdict


def _batches(connection: Connection) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """Seals in order, as many at once as hold some thousand rows."""
    after: int | None = None
    while True:
        some = select(AuditSeal.number, func.cardinality(AuditSeal.row_ids))
        if after is not None:
            some = some.where(AuditSeal.number > after)
        numbers, count = [], 0
        for number, size in connection.execute(some.order_by(AuditSeal.number).limit(1_000)):
            numbers.append(number)
            count += size
            if count >= ROWS_AT_ONCE:
                break
        if not numbers:
            return
        after = numbers[-1]
        columns = AuditSeal.__table__.c
        chosen = select(*columns).where(among(columns.number, numbers)).order_by(columns.number)
        yield connection.execute(chosen).all()


def _links(seal: Row[*tuple[Any, ...]], last: Row[*tuple[Any, ...]] | None) -> Iterator[Finding]:
    """Whether a seal is the one that was written, and follows the one before."""
    expected, previous = (last.number + 1, last.digest) if last else (1, GENESIS)
    if seal.number != expected:
        gone = (
            f"Seal {expected} is"
            if seal.number == expected + 1
            else f"Seals {expected} to {seal.number - 1} are"
        )
        yield Finding(Fault.SEAL_MISSING, seal.table_name, f"{gone} missing.", seal=expected)
    elif seal.previous != previous:
        sentence = f"Seal {seal.number} does not follow the seal before it: one of them was exchanged."
        yield Finding(Fault.CHAIN_BROKEN, seal.table_name, sentence, seal=seal.number)
    if not _is_whole(seal) or seal_digest(dict(seal._mapping)) != seal.digest:
        sentence = f"Seal {seal.number} is not the one that was written: its content was changed."
        yield Finding(Fault.SEAL_CHANGED, seal.table_name, sentence, seal=seal.number)


def _is_whole(seal: Row[*tuple[Any, ...]]) -> bool:
    return (
        seal.table_name in COLUMNS.get(seal.format, {})
        and len(seal.row_ids) == len(seal.row_moments)
        and len(seal.row_ids) * BYTES == len(seal.row_digests)
        and all(abs(moment) <= LATEST for moment in seal.row_moments)
    )


def _anchored(seal: Row[*tuple[Any, ...]], anchors: Mapping[int, set[str]]) -> Iterator[Finding]:
    if anchors.get(seal.number, {seal.digest.hex()}) != {seal.digest.hex()}:
        sentence = f"Seal {seal.number} was anchored with another digest: the chain was made anew."
        yield Finding(Fault.ANCHOR_BROKEN, seal.table_name, sentence, seal=seal.number)


def _rows_of(
    connection: Connection,
    batch: Sequence[Row[*tuple[Any, ...]]],
    heads: dict[str, Any],
    removed: "_Removals",
    verdict: Verdict,
) -> Iterator[Finding]:
    """Whether the rows of these seals are what they were; and remembers the last seal of each table."""
    kinds = {(seal.table_name, seal.format) for seal in batch if _is_whole(seal)}
    there: dict[tuple[str, int], dict[int, bytes]] = {}
    for name, form in sorted(kinds):
        seals = [each for each in batch if (each.table_name, each.format) == (name, form) and _is_whole(each)]
        there[name, form] = _found(connection, name, form, seals)
    for seal in batch:
        if not _is_whole(seal):
            continue
        before, heads[seal.table_name] = heads.get(seal.table_name), seal
        found = there[seal.table_name, seal.format]
        for place, (row, moment) in enumerate(zip(seal.row_ids, seal.row_moments, strict=True)):
            verdict.rows += 1
            sealed = seal.row_digests[place * BYTES : (place + 1) * BYTES]
            if row in found and found[row] != sealed:
                sentence = f"Row {row} of {seal.table_name} was changed after it was sealed."
                yield Finding(Fault.EDITED, seal.table_name, sentence, seal.number, row)
            elif row not in found and removed.explain(seal.table_name, row, moment):
                verdict.removed += 1
            elif row not in found:
                when = f"{moment_of(moment):%Y-%m-%d %H:%M:%S} UTC"
                sentence = f"Row {row} of {seal.table_name}, written {when}, is gone."
                yield Finding(Fault.DELETED, seal.table_name, sentence, seal.number, row)
            if before is not None and not seal.reason and moment_of(moment) < before.sealed_at - LATE:
                sentence = (
                    f"Row {row} of {seal.table_name} bears the moment {moment_of(moment):%Y-%m-%d %H:%M:%S} UTC, "
                    f"and came only after {before.sealed_at:%Y-%m-%d %H:%M:%S} UTC."
                )
                yield Finding(Fault.LATE, seal.table_name, sentence, seal.number, row)


def _found(
    connection: Connection, name: str, form: int, seals: Sequence[Row[*tuple[Any, ...]]]
) -> dict[int, bytes]:
    """The digests of these seals' rows as they are now, by id."""
    columns = table_of(name).c
    ids = [row for seal in seals for row in seal.row_ids]
    moments = [moment for seal in seals for moment in seal.row_moments]
    if not ids:
        return {}
    rows = contents(name, form).where(among(columns.id, ids))
    # the moments decide which months are read at all
    bounded = rows.where(columns.created_at.between(moment_of(min(moments)), moment_of(max(moments))))
    found = {row.id: row_digest(name, row) for row in connection.execute(bounded)}
    missing = [each for each in ids if each not in found]
    if missing:  # gone, or moved to another time
        anywhere = contents(name, form).where(among(columns.id, missing))
        found |= {row.id: row_digest(name, row) for row in connection.execute(anywhere)}
    return found


def _never_sealed(connection: Connection, name: str, head: Any, verdict: Verdict) -> Iterator[Finding]:
    """Rows that no seal names, though later ones have theirs; and numbers that are there twice."""
    ids = table_of(name).c.id
    up_to = head.up_to_id if head is not None else 0
    sealed = select(func.unnest(AuditSeal.row_ids)).where(AuditSeal.table_name == name)
    strangers = select(ids).where(ids <= up_to).except_(sealed).order_by("id")
    for row in connection.scalars(strangers):
        if any(first <= row <= last for first, last, _since in head.awaited):
            verdict.unsealed += 1
            continue
        sentence = f"Row {row} of {name} was put in among rows that were sealed before."
        yield Finding(Fault.INSERTED, name, sentence, row=row)
    for row in connection.scalars(select(ids).group_by(ids).having(func.count() > 1).order_by(ids)):
        yield Finding(Fault.DOUBLED, name, f"Row {row} of {name} is there more than once.", row=row)
    verdict.unsealed += connection.scalar(select(func.count()).where(ids > up_to)) or 0


class _Removals:
    """Which rows the desk itself has taken out, by a removal of a ticket or by the end of their time."""

    def __init__(self, connection: Connection) -> None:
        self.ids: dict[str, set[int]] = {}
        self.before: dict[str, datetime] = {}
        told = select(AuditRemoval.table_name, AuditRemoval.before, AuditRemoval.row_ids)
        for name, before, ids in connection.execute(told):
            self.ids.setdefault(name, set()).update(ids)
            if before is not None:
                self.before[name] = max(before, self.before.get(name, before))

    def explain(self, name: str, row: int, moment: int) -> bool:
        before = self.before.get(name)
        return row in self.ids.get(name, ()) or (before is not None and moment_of(moment) < before)
