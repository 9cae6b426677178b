"""What every test can ask for: the application, the cast, a session to work in, browsers of signed-in people."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.app import create_app
from helpdesk.core import clock, current, outgoing
from helpdesk.core.current import DatabaseRole, Via
from helpdesk.core.db import db
from helpdesk.core.tokens import digest, new_token
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.identity.models import SignInSession
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import open_ticket
from tests.support import databases
from tests.support import tally as tallies
from tests.support.browser import Browser
from tests.support.cast import CALLED_IN, PEOPLE

LONG = (  # files that mostly wait for whole desks and workers: they begin first, so that none is left alone at the end
    "soak/test_mail_crashes.py",
    "security/test_b10_corpus.py",
    "security/test_d01_scripts_before_agents.py",
    "security/test_d01_scripts_in_fields.py",
    "mail/parsing/test_mutated_mails.py",
    "soak/test_kills.py",
    "background/test_worker.py",
    "cli/test_run.py",
    "security/test_h03_jobs_once.py",
    "security/test_f04_guessing.py",
    "security/test_row_security.py",
)


ONE_TRY = ("/tests/security/", "/tests/soak/", "/tests/mail/")
"""What is lost or leaked once in ten tries is lost or leaked: these get no second one."""


def pytest_configure() -> None:
    """The collector has little to find among so many modules, and would look through them hundreds of times."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    os.environ["HELPDESK_PRIVATE_NETWORKS"] = databases.THIS_MACHINE  # also for the desks tests start


@pytest.fixture(autouse=True)
def only_this_machine() -> None:
    """The networks a test may reach are the process's, and a test before may have made an application with others."""
    outgoing.allow(databases.OWN_NETWORKS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONG))
    for item in items:
        if any(place in item.path.as_posix() for place in ONE_TRY):
            item.add_marker(pytest.mark.flaky(reruns=0))


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if databases.worker_name() != "main" else base


@pytest.fixture(scope="session")
def server(run_folder: Path) -> Iterator[EmbeddedServer]:
    """The PostgreSQL of this test run. It ends with the last process that uses it."""
    users = run_folder / "users"
    users.mkdir(exist_ok=True)
    me = users / databases.worker_name()
    me.touch()
    server = databases.start(run_folder)
    yield server
    with databases.one_at_a_time(run_folder):
        me.unlink()
        if not any(users.iterdir()):
            (run_folder / "ready").unlink()
            server.remove()


@pytest.fixture(scope="session")
def app(server: EmbeddedServer, run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on this process's own clone of the template."""
    name = databases.clone(server, run_folder, f"test_{databases.worker_name()}")
    config = databases.config_for(server, name, tmp_path_factory.mktemp("data"))
    app = create_app(config)
    app.testing = True
    return app


@pytest.fixture
def own_app(
    server: EmbeddedServer, run_folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """An application on a database of its own, where commits are real: for races, jobs and killed processes."""
    name = f"own_{databases.worker_name()}_{abs(hash(request.node.nodeid)) % 10**8}"
    databases.clone(server, run_folder, name)
    app = create_app(databases.config_for(server, name, tmp_path / "data"))
    app.testing = True
    yield app
    databases.dispose(app)
    server.drop_database(name)


@pytest.fixture
def transaction(app: Flask) -> Iterator[Connection]:
    """Everything a test does through the application happens in one transaction that is rolled back at its end."""
    with app.app_context():
        engines = db.engines
        engine = engines[None]
    with engine.connect() as connection:
        outer = connection.begin()
        engines[None] = connection  # type: ignore[assignment]  # a connection answers as an engine would
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        try:
            yield connection
        finally:
            engines[None] = engine
            db.session.session_factory.configure(join_transaction_mode="conditional_savepoint")
            outer.rollback()


@pytest.fixture
def work(app: Flask, transaction: Connection) -> Iterator[Session]:
    """A session to work in, as a command of the system would: for tests of operations and queries, not of pages."""
    with app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID):
        yield db.session()
        db.session.rollback()


@pytest.fixture
def acting(app: Flask, transaction: Connection) -> Callable[..., Any]:
    """`with acting("ana") as ana:` does something as that person beside the pages, and commits (into the test)."""

    @contextmanager
    def as_person(name: str, *, via: Via = Via.WEB, role: DatabaseRole = DatabaseRole.APP) -> Iterator[User]:
        with app.app_context(), current.entering(via, role=DatabaseRole.APP) as entry:
            with unit_of_work():
                person = person_named(name)
                if role is not entry.role:
                    from helpdesk.core.row_security import switch

                    switch(db.session(), role=role, user_id=person.id)
                else:
                    current.change(user_id=person.id)
                yield person
            db.session.remove()

    return as_person


def person_named(name: str) -> User:
    """One of the cast, in the current session."""
    key = EmailAddress.email_key == {**PEOPLE, **CALLED_IN}[name]
    return db.session.scalars(select(User).join(User.addresses).where(key)).one()


def _person_fixture(name: str) -> Any:
    @pytest.fixture(name=name)
    def person(work: Session) -> User:
        return person_named(name)

    return person


ana, ben, ada, carl, cora, olga = (_person_fixture(name) for name in PEOPLE)


@pytest.fixture
def ticket(work: Session, carl: User) -> Ticket:
    """Carl's open ticket, nobody's yet."""
    return open_ticket(
        requester=carl, by=carl, title="The printer is on fire", description="It burns.\n\nPlease help."
    )


@pytest.fixture
def number(acting: Callable[..., Any]) -> str:
    """The number of Carl's open ticket, for tests of pages."""
    with acting("carl") as carl:
        opened = open_ticket(
            requester=carl, by=carl, title="The printer is on fire", description="It burns.\n\nPlease help."
        )
        return opened.ticket_number


@pytest.fixture
def browser(app: Flask, transaction: Connection) -> Callable[..., Browser]:
    """`browser("ana")` is a browser in which Ana is signed in; `browser()` one in which nobody is."""

    def open_browser(name: str | None = None) -> Browser:
        client = app.test_client()
        if name is not None:
            token = sign_in(app, name)
            with client.session_transaction() as session:
                session["sid"] = token
        return Browser(app, client)

    return open_browser


def sign_in(app: Flask, name: str) -> str:
    """A session of this person, as signing in would have made it. Returns the secret of its cookie."""
    token = new_token()
    with app.app_context(), current.entering(Via.WEB), unit_of_work():
        person = person_named(name)
        db.session.add(
            SignInSession(
                token_hash=digest(token),
                user_id=person.id,
                expires_at=clock.now() + timedelta(hours=8),
                proven_at=clock.now(),
            )
        )
    return token


def _browser_fixture(name: str) -> Any:
    @pytest.fixture(name=f"as_{name}")
    def signed_in(browser: Callable[..., Browser]) -> Browser:
        return browser(name)

    return signed_in


as_ana, as_ben, as_ada, as_carl, as_cora, as_olga = (_browser_fixture(name) for name in PEOPLE)


@pytest.fixture
def as_nobody(browser: Callable[..., Browser]) -> Browser:
    return browser()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of xdist hands its counts to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tally"] = dict(tallies.counts)
        session.config.workeroutput["told"] = tallies.lines


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    tallies.add(node.workeroutput.get("tally", {}), node.workeroutput.get("told", []))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was really tried, for people and for the gate."""
    for line in tallies.lines:
        terminalreporter.write_line(line)
    for what, count in sorted(tallies.counts.items()):
        terminalreporter.write_line(f"tried: {count:,} {what}")
