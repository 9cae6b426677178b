"""Migrations run as the owner, one node at a time, and say when they cannot."""

import subprocess
import threading

import psycopg
import pytest
from sqlalchemy import text

from helpdesk.config import Config
from helpdesk.database import migrations
from helpdesk.database.problems import DatabaseProblem
from helpdesk.database.roles import owner_connection


@pytest.fixture
def empty(empty_url):
    return Config(database_url=empty_url)


def is_at_head(config):
    with owner_connection(config) as connection:
        return migrations.is_at_head(connection)


def test_up_down_and_up_again(empty):
    assert (migrations.current(empty), is_at_head(empty)) == (None, False)

    migrations.upgrade(empty)
    assert (migrations.current(empty), is_at_head(empty)) == (migrations.head(), True)

    migrations.downgrade(empty, "base")
    assert migrations.current(empty) is None
    with owner_connection(empty) as connection:
        left = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert connection.execute(left).scalars().all() == ["alembic_version"]

    migrations.upgrade(empty)
    assert is_at_head(empty) is True


def test_every_table_belongs_to_the_owner(desk_url):
    config = Config(database_url=desk_url)
    foreign = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'S', 'v') AND relowner <> 'helpdesk_owner'::regrole"
        " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')"
    )

    with owner_connection(config) as connection:
        assert connection.execute(foreign).scalars().all() == []


def test_two_nodes_that_start_together_migrate_once(empty):
    troubles = []

    def start():
        try:
            migrations.upgrade(empty)
        except Exception as error:
            troubles.append(error)

    nodes = [threading.Thread(target=start) for _ in range(3)]
    with psycopg.connect(empty.database_url, autocommit=True) as held:  # all of them wait at the same door
        held.execute("SELECT pg_advisory_lock(%s)", [migrations.LOCK])
        for node in nodes:
            node.start()
        held.execute("SELECT pg_advisory_unlock(%s)", [migrations.LOCK])
    for node in nodes:
        node.join()

    assert troubles == []
    assert is_at_head(empty) is True


def test_a_database_of_a_newer_program_is_left_alone(empty):
    migrations.upgrade(empty)
    with owner_connection(empty) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseProblem, match="was a newer helpdesk here"):
        migrations.upgrade(empty)


def test_a_step_that_fails_is_one_line_and_leaves_nothing(empty):
    with owner_connection(empty) as connection:
        connection.execute(text("CREATE TABLE tickets (x int)"))

    with pytest.raises(DatabaseProblem) as refusal:
        migrations.upgrade(empty)

    assert str(refusal.value) == (
        'A migration failed and was undone (relation "tickets" already exists): try again, or ask for help.'
    )
    assert migrations.current(empty) is None


def test_the_script_of_all_migrations_can_be_read_before_it_is_run(empty, server, tmp_path):
    script = migrations.as_sql()
    file = tmp_path / "migrations.sql"
    file.write_text(script)

    psql = [server._programs() / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
    subprocess.run([*psql, f"--file={file}", empty.database_url], check=True, capture_output=True)

    assert script.startswith("SET ROLE helpdesk_owner;")
    assert is_at_head(empty) is True
