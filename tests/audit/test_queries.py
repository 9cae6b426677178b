"""Questions to the trail read the months they are about, by an index."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, insert, literal, text
from sqlalchemy.orm import Session

from helpdesk.audit import queries
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.audit.partitions import ensure_partitions
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.pagination import keyset_page
from helpdesk.database.roles import owner_connection

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def row(**values: Any) -> dict[str, Any]:
    return {
        "created_at": clock.now(),
        "table_name": "teams",
        "record_id": 7,
        "action": AuditAction.UPDATE,
        "via": Via.WEB,
        "request_id": "r",
        "changes": {"name": ["a", "b"]},
        **values,
    }


@pytest.fixture
def year(own_app: Flask) -> Flask:
    """A desk whose trail has twelve months, with a thousand rows in each of the last two."""
    with own_app.app_context(), clock.freeze(NOW), owner_connection(configuration()) as connection:
        ensure_partitions(connection, since=(NOW - timedelta(days=330)).date())
        connection.execute(
            insert(AuditLog),
            [
                row(
                    created_at=NOW - timedelta(hours=hour),
                    record_id=hour,
                    user_id=1,
                    request_id=f"job-{hour}",
                )
                for hour in range(1, 1000)
            ],
        )
        connection.execute(text("analyze audit_logs"))
    return own_app


def plan(app: Flask, asked: Select[Any]) -> str:
    with app.app_context(), current.entering(Via.CLI):
        in_order = asked.order_by(AuditLog.created_at.desc(), AuditLog.id.desc()).limit(51)
        statement = in_order.with_only_columns(literal(1))
        sql = statement.compile(db.session.connection(), compile_kwargs={"literal_binds": True})
        return "\n".join(db.session.scalars(text("explain " + str(sql).replace(":", "\\:"))).all())


def test_a_month_reads_that_month_alone(year: Flask) -> None:
    asked = queries.between(NOW - timedelta(days=14), NOW)

    shown = plan(year, asked)

    assert "audit_logs_2026_06" in shown
    assert "audit_logs_2026_05" not in shown
    assert "audit_logs_2025" not in shown


@pytest.mark.parametrize(
    "narrow, index",
    [
        (lambda rows: rows, "created_at_id_idx"),
        (lambda rows: queries.of_object(rows, "teams", 500), "table_name_record_id_created_at_idx"),
        (lambda rows: queries.mentioning(rows, "job-500"), "request_id_idx"),
    ],
    ids=["newest", "object", "request"],
)
def test_the_usual_questions_have_an_index(year: Flask, narrow: Any, index: str) -> None:
    shown = plan(year, narrow(queries.between(NOW - timedelta(days=40), NOW)))

    assert index in shown
    assert "Seq Scan" not in shown.replace("Seq Scan on audit_logs_default", "")


def test_rows_of_one_moment_have_an_order(work: Session) -> None:
    work.execute(insert(AuditLog), [row(record_id=number, created_at=NOW) for number in range(5)])
    asked = queries.between(NOW, NOW + timedelta(seconds=1))

    first = keyset_page(asked, queries.NEWEST_FIRST, size=3)
    second = keyset_page(asked, queries.NEWEST_FIRST, size=3, after=first.after)

    assert [each[0].record_id for each in (*first.rows, *second.rows)] == [4, 3, 2, 1, 0]


def test_the_end_of_a_period_is_excluded(work: Session) -> None:
    work.execute(insert(AuditLog), [row(created_at=NOW), row(created_at=NOW + timedelta(seconds=1))])

    found = work.scalars(queries.between(NOW, NOW + timedelta(seconds=1))).all()

    assert [each.created_at for each in found] == [NOW]
