"""Brings the tables to the revision this program knows, as their owner and one node at a time."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from helpdesk.config import Config
from helpdesk.core.assets import assets_dir
from helpdesk.database.problems import DatabaseProblem
from helpdesk.database.roles import owner_engine

LOCK = 4_857_002_315  # any number, the same for all nodes of a desk
PATIENCE = 0.2  # seconds between two questions whether another node has finished


def upgrade(config: Config, revision: str = "head") -> None:
    """Go up to `revision`. Nodes that start together wait for the first; the others find nothing to do."""
    with _alone(config) as connection:
        if revision == "head" and is_at_head(connection):
            return
        connection.rollback()
        _run(lambda alembic: command.upgrade(alembic, revision), connection)


def downgrade(config: Config, revision: str) -> None:
    """Go down to `revision` (`base` for an empty database)."""
    with _alone(config) as connection:
        _run(lambda alembic: command.downgrade(alembic, revision), connection)


def current(config: Config) -> str | None:
    """The revision the database is at; None before the first."""
    with owner_engine(config).connect() as connection:
        return current_revision(connection)


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def is_at_head(connection: Connection) -> bool:
    """Whether the tables are those this program was written for. The role needs SELECT on alembic_version."""
    return current_revision(connection) == head()


@cache
def head() -> str | None:
    """The newest revision of this program."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def as_sql(revisions: str = "head") -> str:
    """What `upgrade` would run, as a script: for linters and for careful administrators."""
    script = io.StringIO()
    command.upgrade(alembic_config(script), revisions, sql=True)
    return script.getvalue()


def alembic_config(output: io.StringIO | None = None) -> AlembicConfig:
    """Alembic's configuration without its file."""
    alembic = AlembicConfig(output_buffer=output) if output else AlembicConfig()
    alembic.set_main_option("script_location", str(assets_dir("migrations")).replace("%", "%%"))
    alembic.set_main_option("path_separator", "os")
    return alembic


def _run(step: Callable[[AlembicConfig], None], connection: Connection) -> None:
    alembic = alembic_config()
    alembic.attributes["connection"] = connection
    try:
        step(alembic)
    except CommandError as error:
        raise DatabaseProblem(
            f"The tables cannot be migrated ({error}): was a newer helpdesk here? Start that one again."
        ) from error
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise DatabaseProblem(
            f"A migration failed and was undone ({reason}): try again, or ask for help."
        ) from error


@contextmanager
def _alone(config: Config) -> Iterator[Connection]:
    """A connection of the owner that holds the lock of migrations until it is closed."""
    with owner_engine(config).connect() as connection:
        # asked again and again, not waited for: a statement that waits would hold up indexes built concurrently
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
            connection.rollback()
            time.sleep(PATIENCE)
        connection.commit()
        yield connection
