"""What pytest-alembic would test, by Alembic's own commands: one head, a way down from each step, nothing forgotten."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from helpdesk.config import Config
from helpdesk.core.db import Base
from helpdesk.database import migrations
from helpdesk.database.roles import owner_connection


@pytest.fixture
def empty(server):
    server.drop_database("stepwise")
    server.create_database("stepwise")
    yield Config(database_url=server.url("stepwise"))
    server.drop_database("stepwise")


def script():
    return ScriptDirectory.from_config(migrations.alembic_config())


def revisions():
    """From the first to the last."""
    return [step.revision for step in reversed(list(script().walk_revisions()))]


def test_there_is_one_head_and_one_base():
    assert len(script().get_heads()) == 1
    assert len(script().get_bases()) == 1


def test_every_step_goes_up_down_and_up_again(empty):
    for revision in revisions():
        migrations.upgrade(empty, revision)
        before = migrations.current(empty)
        migrations.downgrade(empty, "-1")
        migrations.upgrade(empty, revision)

        assert migrations.current(empty) == before == revision

    migrations.downgrade(empty, "base")
    assert migrations.current(empty) is None


def test_the_models_need_no_further_migration(empty):
    migrations.upgrade(empty)

    def ours(_item, name, kind, _reflected, _other):
        return not (kind == "table" and name.startswith(("procrastinate_", "audit_logs_", "access_logs_")))

    with owner_connection(empty) as connection:
        options = {"include_object": ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
