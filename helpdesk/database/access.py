"""A database that answers, for commands: the user's own, or the embedded one, started for as long as it is needed."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from helpdesk.config import Config, make_passable
from helpdesk.database.connections import direct_address
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.migrations import upgrade
from helpdesk.database.problems import DatabaseProblem
from helpdesk.database.roles import OWNER, SERVING, ensure_roles
from helpdesk.database.server import check_server

RUNNING = "run.lock"  # held by `helpdesk run`


@contextmanager
def opened(config: Config, *, migrated: bool = True) -> Iterator[Config]:
    """The configuration with the URL of a database that answers, at head unless told otherwise.

    An embedded server that was not running is stopped again, unless `helpdesk run` has started meanwhile.
    """
    if not config.is_embedded:
        yield prepared(config, migrated=migrated)
        return
    server = EmbeddedServer(config.data_dir)
    was_running = server.is_running()
    server.start()
    try:
        yield prepared(replace(config, database_url=server.url()), migrated=migrated)
    finally:
        if not was_running and not is_held(config.data_dir):
            server.stop()


def prepared(config: Config, *, migrated: bool = True) -> Config:
    """Check the server, make its roles, migrate."""
    if config.database_url is None:
        raise DatabaseProblem(
            "DATABASE_URL is not set: give the address of a PostgreSQL, or use `helpdesk run`."
        )
    check_server(config.database_url, is_pooled=config.is_pooled)
    if config.direct_database_url:
        check_server(config.direct_database_url, variable="HELPDESK_DIRECT_DATABASE_URL")
    if config.owner_database_url:
        check_server(config.owner_database_url, variable="HELPDESK_OWNER_DATABASE_URL")
        ensure_roles(config.owner_database_url, acts_as=[OWNER])
        ensure_roles(direct_address(config), acts_as=SERVING)
    else:
        ensure_roles(direct_address(config))
    if migrated:
        upgrade(config)
    return config


@contextmanager
def held(data_dir: Path) -> Iterator[None]:
    """Only one `helpdesk run` a folder; the operating system lets go when its process ends, however it ends."""
    try:
        make_passable(data_dir)
        with (data_dir / RUNNING).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError:
        raise DatabaseProblem(
            f"Helpdesk already runs in {data_dir}: stop it first, or set HELPDESK_DATA to another folder."
        ) from None


def is_held(data_dir: Path) -> bool:
    """Whether `helpdesk run` is at work in this folder."""
    try:
        with (data_dir / RUNNING).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
