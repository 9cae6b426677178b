"""Ten thousand random changes to sealed rows, made by a superuser of the database: each is found, and nothing else."""

from collections.abc import Iterator
from random import Random

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from helpdesk.audit.sealing import seal
from helpdesk.audit.verifying import Fault, verify
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.database.embedded import EmbeddedServer
from tests.support.tally import tally

ROWS = 11_000
EDITS = {
    "table_name": "table_name || 's'",
    "record_id": "record_id + 1",
    "ticket_id": "coalesce(ticket_id, 0) + 1",
    "action": "case action when 'delete' then 'insert' else 'delete' end",
    "user_id": "case when user_id is null then 1 end",
    "impersonator_id": "7",
    "via": "case via when 'cli' then 'web' else 'cli' end",
    "token_id": "3",
    "ip": "coalesce(ip, '') || '0'",
    "request_id": "request_id || ' '",
    "changes": 'changes || \'{"title": [null, "x"]}\'',
    "created_at": "created_at + interval '1 microsecond'",
}
PER_EDIT, DELETED, REORDERED = 500, 2_000, 2_000


@pytest.fixture
def superuser(own_app: Flask, server: EmbeddedServer) -> Iterator[Connection]:
    """Who may do everything, in a desk whose trail is long and sealed."""
    with own_app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID):
        name = make_url(str(configuration().database_url)).database or ""
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(server.superuser_url(name)),
            poolclass=NullPool,
        )
        with engine.begin() as connection:
            connection.execute(
                text(
                    """insert into audit_logs (created_at, table_name, record_id, ticket_id, action, user_id, via,
                        ip, request_id, changes)
                    select now() - (:rows - n) * interval '1 millisecond', 'tickets', n, n % 100, 'update',
                        case when n % 2 = 0 then 1 end, 'web', '192.0.2.1', md5(n::text),
                        jsonb_build_object('title', jsonb_build_array(n::text, null), 'due', 1.50)
                    from generate_series(1, :rows) n"""
                ),
                {"rows": ROWS},
            )
            seal(connection)
            yield connection


def test_ten_thousand_random_changes_by_a_superuser_are_all_found(superuser: Connection) -> None:
    rows = list(superuser.scalars(text("select id from audit_logs order by id")))
    assert verify(superuser).findings == []
    random = Random(20260723)
    random.shuffle(rows)

    edited: set[int] = set()
    for column, change in EDITS.items():
        some, rows = rows[:PER_EDIT], rows[PER_EDIT:]
        superuser.execute(
            text(f"update audit_logs set {column} = {change} where id = any(:ids)"), {"ids": some}
        )
        edited.update(some)
    deleted, rows = set(rows[:DELETED]), rows[DELETED:]
    superuser.execute(text("delete from audit_logs where id = any(:ids)"), {"ids": list(deleted)})
    moved = rows[:REORDERED]
    superuser.execute(text("update audit_logs set id = -id where id = any(:ids)"), {"ids": moved})
    superuser.execute(
        text(
            """update audit_logs set id = places.new
            from unnest(cast(:old as bigint[]), cast(:new as bigint[])) as places (old, new) where id = -places.old"""
        ),
        {"old": moved, "new": [*moved[1:], moved[0]]},
    )

    found = verify(superuser).findings

    assert {each.row for each in found if each.fault is Fault.EDITED} == edited | set(moved)
    assert {each.row for each in found if each.fault is Fault.DELETED} == deleted
    assert len(found) == len(edited) + len(deleted) + len(moved) == 10_000
    tally("changes to sealed rows found", len(found))
