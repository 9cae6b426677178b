"""The months of the audit trail: made ahead, and tidied where they were made too late."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, func, insert, select, text

from helpdesk.audit.jobs import make_partitions
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.audit.partitions import MONTHS_AHEAD, ensure_partitions
from helpdesk.background.jobs import enqueue
from helpdesk.background.recurring import recurring
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.roles import owner_engine


@pytest.fixture
def owner(own_app: Flask) -> Iterator[Connection]:
    """A connection of the owner role to a desk of its own; undone at the end."""
    with own_app.app_context():
        engine = owner_engine(configuration())
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def months(connection: Connection) -> set[str]:
    names = "select inhrelid::regclass::text from pg_inherits where inhparent = 'audit_logs'::regclass"
    return set(connection.scalars(text(names)))


def written_at(connection: Connection, moment: datetime) -> None:
    connection.execute(
        insert(AuditLog).values(
            created_at=moment,
            table_name="tickets",
            record_id=1,
            action=AuditAction.UPDATE,
            via=Via.CLI,
            request_id="r",
            changes={"title": ["a", "b"]},
        )
    )


def rows_in(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(text(name))) or 0


def test_a_fresh_desk_has_the_months_ahead(owner: Connection) -> None:
    assert ensure_partitions(owner) == []
    assert len(months(owner)) == 1 + 1 + MONTHS_AHEAD  # default, this month, the coming ones


def test_what_is_missing_is_made(owner: Connection) -> None:
    with clock.freeze(datetime(2031, 11, 30, 23, tzinfo=UTC)):
        made = ensure_partitions(owner)
        again = ensure_partitions(owner)

    wanted = ("2031_11", "2031_12", "2032_01", "2032_02")
    assert made == [f"{table}_{month}" for table in ("audit_logs", "access_logs") for month in wanted]
    assert again == []
    assert set(made[:4]) <= months(owner)


def test_history_gets_its_months_too(owner: Connection) -> None:
    since = (clock.now() - timedelta(days=400)).date()
    made = ensure_partitions(owner, since=since)

    assert made[0] == f"audit_logs_{since:%Y_%m}"
    assert len(made) in (13, 14)


def test_rows_written_before_their_month_was_made_move_into_it(owner: Connection) -> None:
    inside = datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC)
    outside = datetime(2040, 1, 1, tzinfo=UTC)
    written_at(owner, inside)
    written_at(owner, outside)
    before = rows_in(owner, "audit_logs")

    with clock.freeze(datetime(2031, 11, 30, 23, tzinfo=UTC)):
        ensure_partitions(owner)

    assert rows_in(owner, "audit_logs_2031_12") == 1
    assert rows_in(owner, "audit_logs_default") == 1
    assert rows_in(owner, "audit_logs") == before
    kept = owner.execute(select(AuditLog.changes).where(AuditLog.created_at == inside)).scalar_one()
    assert kept == {"title": ["a", "b"]}


def test_a_month_knows_its_first_and_its_last_moment(owner: Connection) -> None:
    ensure_partitions(owner, since=date(2024, 2, 10))
    written_at(owner, datetime(2024, 2, 1, tzinfo=UTC))
    written_at(owner, datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC))
    written_at(owner, datetime(2024, 3, 1, tzinfo=UTC))

    assert rows_in(owner, "audit_logs_2024_02") == 2
    assert rows_in(owner, "audit_logs_2024_03") == 1


def test_rows_of_a_month_made_later_take_numbers_nobody_has(owner: Connection) -> None:
    with clock.freeze(datetime(2031, 11, 1, tzinfo=UTC)):
        written_at(owner, clock.now())
        ensure_partitions(owner)
        written_at(owner, clock.now())

    first, second = owner.scalars(
        select(AuditLog.id)
        .where(AuditLog.created_at == datetime(2031, 11, 1, tzinfo=UTC))
        .order_by(AuditLog.id)
    )
    assert second > first


def test_a_made_month_has_the_indexes_of_the_trail(owner: Connection) -> None:
    def indexes(name: str) -> int:
        return (
            owner.scalar(text("select count(*) from pg_indexes where tablename = :name"), {"name": name}) or 0
        )

    with clock.freeze(datetime(2031, 11, 1, tzinfo=UTC)):
        ensure_partitions(owner)

    assert indexes("audit_logs_2031_11") == indexes("audit_logs") > 0


def test_the_worker_makes_them_every_day(own_app: Flask, owner: Connection) -> None:
    with clock.freeze(datetime(2031, 11, 1, tzinfo=UTC)):
        with own_app.app_context(), current.entering(Via.CLI), unit_of_work():
            enqueue(make_partitions)
        ran = run_waiting_jobs(own_app)

    assert ran == 1
    assert "audit_logs_2031_11" in months(owner)
    cron, job = recurring["audit.partitions"]
    assert job is make_partitions
    assert cron.split()[2:] == ["*", "*", "*"]
