"""One PostgreSQL for the whole test run, a migrated template with the cast in it, and quick clones of that."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from uuid import uuid4

from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database import migrations
from helpdesk.database.embedded import EmbeddedServer
from tests.support import cast

TEMPLATE = "template_desk"
THIS_MACHINE = "127.0.0.0/8, ::1"
"""Where the servers listen that tests start."""
OWN_NETWORKS = tuple(ip_network(each) for each in THIS_MACHINE.split(", "))


def config_for(server: EmbeddedServer, database: str, folder: Path, **more: str) -> Config:
    """The configuration of an application on a database of the test server."""
    return Config.from_environ(
        {
            "DATABASE_URL": server.url(database),
            "HELPDESK_DATA": str(folder),
            "HELPDESK_SECRET_KEY": "t" + "0123456789abcdef" * 4,
            "HELPDESK_PRIVATE_NETWORKS": THIS_MACHINE,
            "HELPDESK_COUNTS_SECONDS": "0",  # tests change tickets beside the pages
            **more,
        }
    )


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Test processes share one server: one at a time starts it, clones from it, stops it."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(folder: Path) -> EmbeddedServer:
    """The server of this run, with its template; the first process makes both."""
    server = EmbeddedServer(folder / "server", for_tests=True)
    with one_at_a_time(folder):
        ready = folder / "ready"
        server.start()
        if not ready.exists():
            server.create_database(TEMPLATE)
            _fill_template(config_for(server, TEMPLATE, folder / "template-data"))
            ready.touch()
    return server


def _fill_template(config: Config) -> None:
    migrations.upgrade(config)
    app = create_app(config)
    with app.app_context(), current.entering(Via.CLI), unit_of_work():
        cast.assemble()
    dispose(app)


def dispose(app: object) -> None:
    """Close an application's connections, so that its database can be cloned or dropped."""
    from helpdesk.core.db import db

    with app.app_context():  # type: ignore[attr-defined]  # a Flask application
        for engine in db.engines.values():
            engine.dispose()


def clone(server: EmbeddedServer, folder: Path, name: str) -> str:
    """A database of its own, as the template is."""
    with one_at_a_time(folder):
        server.drop_database(name)
        server.create_database(name, template=TEMPLATE)
    return name


def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@contextmanager
def spare(server: EmbeddedServer, folder: Path, *, is_empty: bool) -> Iterator[str]:
    """A database for one test, empty or a clone of the template; its name is used by no other."""
    name = f"spare_{uuid4().hex}"
    if is_empty:
        server.create_database(name)
    else:
        clone(server, folder, name)
    yield name
    server.drop_database(name)
