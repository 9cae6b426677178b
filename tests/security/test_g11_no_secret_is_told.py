"""G11: what nobody may know is in no log, whatever is logged; in no export, no page, no list of processes; and no other
user of the machine reads what the desk keeps."""

import io
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from helpdesk.app import create_app
from helpdesk.cli import main
from helpdesk.config import Config
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.core.tokens import digest, new_token
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.mail.doors.trying import try_incoming, try_outgoing
from helpdesk.mail.models import Mailbox, SignIn
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named
from tests.support import databases
from tests.support.debians_mail import free_port
from tests.support.furnished import in_an_hour
from tests.support.imap_server import ImapServer
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

CANARY = "zq5canary"
GUESS, CHOSEN = f"{CANARY}-guess-of-somebody", f"{CANARY}-a-long-new-password"
SEALED = ("imap_password", "smtp_password", "oauth_client_secret", "oauth_refresh_token")
WORDS = f"{CANARY}-words-of-a-customer"


class Kept(logging.Handler):
    """Everything that is logged, as any formatter could write it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        told = logging.Formatter().format(record)
        self.lines.append(f"{told} {record.__dict__!r}")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """All loggers tell all they can, those of libraries too."""
    kept, root = Kept(), logging.getLogger()
    noisy = [
        logging.getLogger(name)
        for name in ("", "sqlalchemy.engine", "procrastinate", "alembic", "imapclient")
    ]
    before = [each.level for each in noisy]
    root.addHandler(kept)
    for each in noisy:
        each.setLevel(logging.DEBUG)
    try:
        yield kept.lines
    finally:
        root.removeHandler(kept)
        for each, level in zip(noisy, before, strict=True):
            each.setLevel(level)


@pytest.fixture
def desk(server: EmbeddedServer, run_folder: Path, tmp_path: Path, logged: list[str]) -> Iterator[RealDesk]:
    """A desk with a secret key that can be told from all others, started while everything is logged."""
    name = databases.clone(server, run_folder, f"secrets_{databases.worker_name()}")
    key = f"{CANARY}-key-" + "0123456789abcdef" * 4
    config = databases.config_for(server, name, tmp_path / "data", HELPDESK_SECRET_KEY=key)
    Config.from_environ({"HELPDESK_DATA": str(tmp_path / "data")})  # the keys of its own folder
    app = create_app(config)
    for noisy in ("sqlalchemy.engine", "procrastinate", "alembic", "imapclient"):
        logging.getLogger(noisy).setLevel(logging.DEBUG)
    yield RealDesk(app)
    databases.dispose(app)
    server.drop_database(name)


def live(desk: RealDesk, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """A day with secrets in everybody's hands. Returns what must be told nowhere, and the pages that were seen."""
    secrets, pages = [CANARY], []
    ada, carl, nobody = desk.browser("ada"), desk.browser("carl"), desk.browser(None)
    for browser in (ada, carl):
        with browser.client.session_transaction() as session:
            secrets.append(session["sid"])
    pages.append(nobody.post("/login", {"email": "carl@customer.example", "password": GUESS}))
    token = new_token()
    secrets.append(token)
    with desk.doing("ada"):
        db.session.add(
            OneTimeToken(
                token_hash=digest(token),
                purpose=TokenPurpose.RESET_PASSWORD,
                expires_at=in_an_hour(),
                user_id=person_named("cora").id,
            )
        )
    pages.append(nobody.get(f"/reset/{token}"))
    pages.append(nobody.post(f"/reset/{token}", {"password": CHOSEN, "new_password": CHOSEN}))
    pages.append(carl.post("/portal/profile/password", {"present_password": GUESS, "new_password": CHOSEN}))
    with desk.doing("carl") as person:
        open_ticket(requester=person, by=person, title="Hello", description=WORDS)
    with ImapServer() as imap, desk.doing("ada"):
        imap.refuses["LOGIN"] = f"[AUTHENTICATIONFAILED] {GUESS} is wrong."
        pages += [str(each) for each in mailboxes(imap)]
    break_a_page(desk, carl, monkeypatch)
    for path in (
        "/admin/audit",
        "/admin/system",
        "/admin/mailboxes",
        "/admin/jobs",
        "/admin/outbox",
        "/admin/settings",
    ):
        pages.append(ada.get(path))
    pages.append(ada.post("/admin/audit/exports", {}))
    return secrets, [each if isinstance(each, str) else f"{each.html}{each.headers}" for each in pages]


def mailboxes(imap: ImapServer) -> Iterator[Any]:
    """Servers that refuse, and servers that are not there."""
    for port in (imap.port, free_port()):
        values = {column: seal(GUESS) for column in SEALED}
        mailbox = Mailbox(
            name="Box", address=f"box{port}@desk.example", address_key=f"box{port}@desk.example", **values
        )
        mailbox.sign_in = SignIn.PASSWORD
        mailbox.imap_host = mailbox.smtp_host = "127.0.0.1"
        mailbox.imap_port = mailbox.smtp_port = port
        mailbox.imap_username = mailbox.smtp_username = "box"
        db.session.add(mailbox)
        db.session.flush()
        yield try_incoming(mailbox)
        yield try_outgoing(mailbox)


def break_a_page(desk: RealDesk, carl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_more: Any) -> NoReturn:
        db.session.execute(text("select 1 / 0 where :word <> ''"), {"word": GUESS})
        raise AssertionError

    desk.app.testing = False
    monkeypatch.setitem(desk.app.view_functions, "customers.tickets.create", fail)
    carl.post("/portal/tickets", {"title": "A", "content": WORDS, "password": GUESS})
    desk.app.testing = True


def test_no_secret_is_in_logs_pages_exports_or_processes(
    desk: RealDesk, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets, pages = live(desk, monkeypatch)
    commands = [
        path.read_bytes().decode("utf-8", "replace")
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if _is_ours(path)
    ]

    for told, where in ((logged, "log"), (pages, "page"), (commands, "process")):
        found = [(secret, _around(secret, line)) for secret in secrets for line in told if secret in line]
        assert found == [], where
    assert len(logged) > 200
    tally("lines of logs read for secrets", len(logged))


def _is_ours(path: Path) -> bool:
    try:
        return path.stat().st_uid in (os.getuid(), path.parent.parent.stat().st_uid)
    except FileNotFoundError:
        return False


def _around(secret: str, line: str) -> str:
    place = line.index(secret)
    return line[max(0, place - 120) : place + 60]


def test_no_secret_is_kept_in_the_clear(desk: RealDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets, _pages = live(desk, monkeypatch)
    with desk.app.app_context():
        url = str(configuration().database_url)
    dump = subprocess.run(
        [sys.executable, "-c", _DUMP], env={**os.environ, "URL": url}, capture_output=True, check=True
    ).stdout.decode()

    kept = [(secret, _around(secret, dump)) for secret in secrets[1:] if secret in dump]
    assert kept == []
    assert [_around(each, dump) for each in (GUESS, CHOSEN) if each in dump] == []
    assert WORDS in dump  # the dump is one


_DUMP = """
import os, psycopg
with psycopg.connect(os.environ["URL"]) as connection:
    connection.execute("set role helpdesk_owner")
    names = connection.execute(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind = 'r' and n.nspname = 'public'"
    ).fetchall()
    for (name,) in names:
        for row in connection.execute("select * from " + name):
            print(name, row)
"""


def test_the_settings_are_shown_without_their_secrets(tmp_path: Path) -> None:
    environ = {
        "HELPDESK_DATA": str(tmp_path),
        "DATABASE_URL": f"postgresql://desk:{CANARY}@db.example/desk",
        "HELPDESK_OWNER_DATABASE_URL": f"postgresql://owner:{CANARY}@db.example/desk",
        "HELPDESK_SECRET_KEY": f"{CANARY}-" + "0123456789abcdef" * 3,
        "HELPDESK_OLD_SECRET_KEYS": f"{CANARY}-" + "fedcba9876543210" * 3,
    }
    for command in (["config"], ["config", "--reference"]):
        told = CliRunner().invoke(main, command, env=environ)
        assert told.exit_code == 0
        assert CANARY not in told.output


def test_no_other_user_of_the_machine_reads_what_the_desk_keeps(own_app: Flask, tmp_path: Path) -> None:
    desk = RealDesk(own_app)
    Config.from_environ({"HELPDESK_DATA": str(tmp_path / "data")})
    desk.browser("carl").post(
        "/portal/tickets", {"title": "A", "content": "B", "files": [(io.BytesIO(b"words"), "a.txt")]}
    )
    open_to_others = {
        path.relative_to(tmp_path): oct(path.stat().st_mode)
        for path in (tmp_path / "data").rglob("*")
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    }

    assert open_to_others == {}
    assert (tmp_path / "data").stat().st_mode & (
        stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH
    ) == 0
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"files", "secret_key", "sealing_keys"}


def test_what_serves_requests_changes_no_table(sql: Callable[..., Any]) -> None:
    for role in ("helpdesk_auth", "helpdesk_app", "helpdesk_customer", "helpdesk_analytics"):
        with sql(role) as ask:
            assert ask("select has_schema_privilege(current_user, 'public', 'create')") == [False]
            for statement in (
                "create table zq5 (a int)",
                "alter table users add zq5 int",
                "drop table tickets",
            ):
                with pytest.raises(Exception, match=r"permission denied|must be owner"):
                    ask(statement)
