"""Demo desks to look at: one that all tests share, and empty ones to fill."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from helpdesk.config import Config
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.roles import owner_engine
from helpdesk.demo import DemoDesk, generate, prepare
from helpdesk.files.store import Store
from tests.support import databases

NOW = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)  # a Wednesday afternoon
PASSWORD = "correct horse battery"

Empty = Callable[[str], Config]


@dataclass(frozen=True)
class Made:
    """A filled desk and a connection of the owner to look at it."""

    desk: DemoDesk
    connection: Connection
    store: Store
    config: Config


@pytest.fixture(scope="session")
def empty(
    server: EmbeddedServer, run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Config]]:
    """`empty()` is the configuration of a desk with the cast and no ticket."""
    names: list[str] = []

    def make() -> Config:
        names.append(f"demo_{databases.worker_name()}_{len(names)}")
        databases.clone(server, run_folder, names[-1])
        return databases.config_for(server, names[-1], tmp_path_factory.mktemp("demo"))

    yield make
    for name in names:
        server.drop_database(name)


@contextmanager
def filled(config: Config, *, tickets: int = 400, seed: int = 11) -> Iterator[Made]:
    """A desk with demo tickets."""
    engine = owner_engine(config)
    prepare(engine, now=NOW)
    store = Store(config.data_dir / "files")
    with engine.begin() as connection:
        desk = generate(connection, tickets=tickets, seed=seed, password=PASSWORD, now=NOW, store=store)
    with engine.connect() as connection:
        yield Made(desk, connection, store, config)


@pytest.fixture(scope="session")
def made(empty: Callable[[], Config]) -> Iterator[Made]:
    """The desk all tests look at and none changes."""
    with filled(empty()) as desk:
        yield desk
