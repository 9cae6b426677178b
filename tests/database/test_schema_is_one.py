"""The migrations and the models with the policies' code describe the same database, down to grants and policies."""

import re

import pytest
from sqlalchemy import text

from helpdesk.config import Config
from helpdesk.core.assets import assets_dir
from helpdesk.core.db import Base
from helpdesk.database import migrations, policies
from helpdesk.database.roles import owner_connection

# months of the audit trail follow the calendar; what is left is the same on every day
MONTHS = re.compile(r"(audit|access)_logs_\d{4}_\d{2}")


@pytest.fixture
def databases(server):
    names = ("schema_by_migrations", "schema_by_models")
    for name in names:
        server.drop_database(name)
        server.create_database(name)
    yield names
    for name in names:
        server.drop_database(name)


def build_from_models(config):
    with owner_connection(config) as connection:
        Base.metadata.create_all(connection)
        for table in ("audit_logs", "access_logs"):
            connection.execute(text(f"create table {table}_default partition of {table} default"))
        connection.execute(text("create table alembic_version (version_num varchar(32) not null)"))
        connection.execute(
            text("alter table alembic_version add constraint alembic_version_pkc primary key (version_num)")
        )
        jobs = (assets_dir("migrations") / "sql" / "0001_procrastinate_3_10.sql").read_text()
        for statement in (*jobs.split("-- next"), *policies.statements()):
            connection.execute(text(statement))


def dump(server, name):
    """The schema as pg_dump tells it, one entry an object, in an order of its own."""
    program = server._programs() / "pg_dump"
    done = server.account.run(
        [program, "--schema-only", "--no-owner", f"--dbname={server.superuser_url(name)}"]
    )
    assert done.returncode == 0, done.stderr
    objects = re.split(r"(?m)^--\n-- Name: .*\n--\n", done.stdout)
    plain = (re.sub(r"(?m)^(\\(un)?restrict .*|SET .*|--.*)?\n", "", each).strip() for each in objects)
    return sorted(in_any_order(each) for each in plain if each and not MONTHS.search(each))


def in_any_order(statement):
    """A table's columns and an object's grants sorted: what a later migration added stands at the end."""
    if statement.startswith(("GRANT", "REVOKE")):
        return "\n".join(sorted(statement.splitlines()))
    if not statement.startswith("CREATE TABLE"):
        return statement
    first, *columns, last = statement.splitlines()
    return "\n".join([first, *sorted(column.removesuffix(",") for column in columns), last])


def test_migrations_and_models_make_the_same_database(server, databases):
    migrated, modelled = databases
    migrations.upgrade(Config(database_url=server.url(migrated)))
    build_from_models(Config(database_url=server.url(modelled)))

    found, expected = dump(server, migrated), dump(server, modelled)

    assert [each for each in found if each not in expected] == []
    assert [each for each in expected if each not in found] == []
    assert found == expected


def test_the_comparison_sees_a_policy_a_grant_and_a_check(server, databases):
    migrated, _ = databases
    config = Config(database_url=server.url(migrated))
    migrations.upgrade(config)
    before = dump(server, migrated)

    with owner_connection(config) as connection:
        connection.execute(text("alter policy helpdesk_customer on tickets using (true)"))
        connection.execute(text("grant select on audit_logs to helpdesk_customer"))
        connection.execute(text("alter table tags drop constraint ck_tags_hex_color"))

    changed = [each for each in dump(server, migrated) if each not in before]
    assert {each.split()[0] for each in changed} == {"CREATE", "GRANT"}
    assert any("CREATE POLICY helpdesk_customer ON public.tickets" in each for each in changed)
    assert any("GRANT SELECT ON TABLE public.audit_logs TO helpdesk_customer" in each for each in changed)
    assert any("CREATE TABLE public.tags" in each for each in changed)
