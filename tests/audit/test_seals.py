"""The seals: what is committed gets one, in order, and whatever is done to sealed rows is found and named."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, insert, select, text, update

from helpdesk.audit import retention
from helpdesk.audit.access import note_access
from helpdesk.audit.digests import COLUMNS, FORMAT, table_of
from helpdesk.audit.models import AccessKind, AuditLog, AuditSeal
from helpdesk.audit.sealing import AWAITED_FOR, seal
from helpdesk.audit.verifying import Fault, verify
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.roles import owner_engine
from tests.support.audit_rows import audit_row

HOURS_AGO = timedelta(hours=3)


@pytest.fixture
def owner(own_app: Flask) -> Iterator[Connection]:
    """A connection of the owner role to a desk of its own, with twenty rows that are sealed; undone at the end."""
    with (
        own_app.app_context(),
        current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID),
        owner_engine(configuration()).connect() as connection,
    ):
        write(connection, 20)
        seal(connection)
        yield connection
        connection.rollback()


def write(connection: Connection, count: int, **values: object) -> None:
    connection.execute(insert(AuditLog), [audit_row(**values)] * count)


def ids(connection: Connection) -> list[int]:
    return list(connection.scalars(select(AuditLog.id).order_by(AuditLog.id)))


def faults(connection: Connection) -> list[tuple[Fault, int | None, int | None]]:
    return [(each.fault, each.seal, each.row) for each in verify(connection).findings]


def change(row: int, **values: object) -> object:
    return update(AuditLog).where(AuditLog.id == row).values(**values)


def test_the_format_covers_every_column_there_is() -> None:
    for name, columns in COLUMNS[FORMAT].items():
        assert sorted(columns) == sorted(table_of(name).c.keys())


def test_what_nobody_touched_is_as_it_was_sealed(owner: Connection) -> None:
    verdict = verify(owner)

    assert verdict.findings == []
    assert verdict.unsealed == 0
    assert verdict.rows >= 20


def test_nothing_new_needs_no_seal(owner: Connection) -> None:
    assert seal(owner) == 0


@pytest.mark.parametrize(
    "values",
    [
        {"user_id": 1},
        {"impersonator_id": 7},
        {"changes": {"title": ["a", "c"]}},
        {"created_at": clock.now() - timedelta(days=800)},
        {"created_at": "infinity"},
        {"ip": ""},
    ],
)
def test_an_edited_row_is_named(owner: Connection, values: dict[str, object]) -> None:
    row = ids(owner)[7]
    owner.execute(change(row, **values))

    assert faults(owner) == [(Fault.EDITED, 1, row)]


def test_a_deleted_row_is_named(owner: Connection) -> None:
    row = ids(owner)[3]
    owner.execute(delete(AuditLog).where(AuditLog.id == row))

    assert faults(owner) == [(Fault.DELETED, 1, row)]


def test_two_rows_that_changed_places_are_named(owner: Connection) -> None:
    write(owner, 1, request_id="other")
    seal(owner)
    one, other = ids(owner)[0], ids(owner)[-1]
    for old, new in ((one, -1), (other, one), (-1, other)):
        owner.execute(change(old, id=new))

    assert {(fault, row) for fault, _seal, row in faults(owner)} == {
        (Fault.EDITED, one),
        (Fault.EDITED, other),
    }


def test_a_row_put_in_between_is_named(owner: Connection) -> None:
    first = ids(owner)[0]
    write(owner, 1, id=first - 5)

    assert faults(owner) == [(Fault.INSERTED, None, first - 5)]


def test_a_row_of_the_same_number_is_named(owner: Connection) -> None:
    row = ids(owner)[0]
    write(owner, 1, id=row, created_at=clock.now() + timedelta(days=40))

    assert faults(owner) == [(Fault.DOUBLED, None, row)]


def test_a_row_that_says_it_is_older_than_it_is_came_late(owner: Connection) -> None:
    write(owner, 1, created_at=clock.now() - HOURS_AGO)
    seal(owner)

    assert faults(owner) == [(Fault.LATE, 2, ids(owner)[-1])]


def test_rows_of_long_ago_may_come_in_for_a_reason_that_is_told(owner: Connection) -> None:
    write(owner, 1, created_at=clock.now() - HOURS_AGO)
    seal(owner, reason="an import")

    assert faults(owner) == []


def test_what_commits_after_its_neighbours_comes_into_a_later_seal(owner: Connection) -> None:
    write(owner, 5)
    late = ids(owner)[-3]
    row = owner.execute(delete(AuditLog).where(AuditLog.id == late).returning(AuditLog)).one()
    seal(owner)
    assert owner.scalar(select(AuditSeal.awaited).order_by(AuditSeal.number.desc()))[0][:2] == [late, late]

    owner.execute(insert(AuditLog).values(**row._mapping))
    seal(owner)

    assert owner.scalar(select(AuditSeal.row_ids).order_by(AuditSeal.number.desc())) == [late]
    assert faults(owner) == []


def test_a_number_that_nobody_committed_in_time_is_waited_for_no_longer(owner: Connection) -> None:
    write(owner, 5)
    late = ids(owner)[-3]
    row = owner.execute(delete(AuditLog).where(AuditLog.id == late).returning(AuditLog)).one()
    seal(owner)
    with clock.freeze(clock.now() + AWAITED_FOR):
        write(owner, 1)
        seal(owner)
    owner.execute(insert(AuditLog).values(**row._mapping))

    assert faults(owner) == [(Fault.INSERTED, None, late)]


@pytest.mark.parametrize(
    "column", ["sealed_at", "reason", "row_digests", "up_to_id", "row_moments", "awaited"]
)
def test_a_changed_seal_is_named(owner: Connection, column: str) -> None:
    values = {
        "sealed_at": "sealed_at + interval '1 second'",
        "reason": "'import'",
        "row_digests": "overlay(row_digests placing '\\x00000000'::bytea from 3)",
        "up_to_id": "up_to_id + 1",
        "row_moments": "array_append(row_moments, 9223372036854775807)",
        "awaited": "'[[1, 2, 3]]'",
    }
    owner.execute(text(f"update audit_seals set {column} = {values[column]} where number = 1"))

    assert (Fault.SEAL_CHANGED, 1, None) in faults(owner)


def test_a_seal_that_is_gone_is_named_and_so_are_its_rows(owner: Connection) -> None:
    before = ids(owner)
    write(owner, 2)
    seal(owner)
    owner.execute(delete(AuditSeal).where(AuditSeal.number == 1))

    found = faults(owner)
    assert (Fault.SEAL_MISSING, 1, None) in found
    assert {row for fault, _seal, row in found if fault is Fault.INSERTED} == set(before)


def test_a_seal_made_anew_breaks_the_chain(owner: Connection) -> None:
    from helpdesk.audit.digests import seal_digest

    write(owner, 2)
    seal(owner)
    columns = AuditSeal.__table__.c
    first = dict(owner.execute(select(*columns).where(columns.number == 1)).one()._mapping)
    first["reason"] = "nothing to see"
    owner.execute(
        update(AuditSeal)
        .where(AuditSeal.number == 1)
        .values(reason=first["reason"], digest=seal_digest(first))
    )

    assert faults(owner) == [(Fault.CHAIN_BROKEN, 2, None)]


def test_only_anchors_know_that_the_end_was_cut_off(owner: Connection) -> None:
    digest = owner.scalar(select(AuditSeal.digest))
    write(owner, 2)
    seal(owner)
    head = owner.scalar(select(AuditSeal.digest).where(AuditSeal.number == 2))
    last = owner.scalar(select(AuditSeal.row_ids).where(AuditSeal.number == 2))
    owner.execute(delete(AuditSeal).where(AuditSeal.number == 2))
    owner.execute(delete(AuditLog).where(AuditLog.id.in_(last)))

    assert faults(owner) == []
    anchors = {1: {digest.hex()}, 2: {head.hex()}}
    assert [each.fault for each in verify(owner, anchors=anchors).findings] == [Fault.ANCHOR_BROKEN]

    write(owner, 2)
    seal(owner)
    assert [(each.fault, each.seal) for each in verify(owner, anchors=anchors).findings] == [
        (Fault.ANCHOR_BROKEN, 2)
    ]


def test_what_the_desk_takes_out_itself_is_no_fault(owner: Connection) -> None:
    gone = ids(owner)[4:9]
    retention.note_removal(owner, "audit_logs", gone, reason="purge", user_id=None)
    owner.execute(delete(AuditLog).where(AuditLog.id.in_(gone)))
    seal(owner)

    verdict = verify(owner)
    assert (verdict.findings, verdict.removed) == ([], 5)


def test_removals_are_sealed_themselves(owner: Connection) -> None:
    retention.note_removal(owner, "audit_logs", ids(owner)[:1], reason="purge", user_id=None)
    seal(owner)
    owner.execute(text("update audit_removals set reason = 'none'"))

    assert [each.table for each in verify(owner).findings] == ["audit_removals"]


def test_who_read_what_is_sealed_as_well(own_app: Flask) -> None:
    with own_app.app_context(), current.entering(Via.WEB):
        with unit_of_work():
            note_access(AccessKind.TICKET, person_id=1, ticket_id=1, record_id=1)
            note_access(AccessKind.ATTACHMENT, person_id=1, record_id=5, detail="x")
        with owner_engine(configuration()).begin() as connection:
            seal(connection)
            connection.execute(text("delete from access_logs"))
            found = verify(connection).findings

    assert [(each.fault, each.table) for each in found] == [
        (Fault.DELETED, "access_logs")
    ]  # tickets: off by itself
