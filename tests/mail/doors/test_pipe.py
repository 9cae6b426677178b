"""`helpdesk mail receive`: 0 only when the mail is safe; otherwise the mail server learns whether to try again."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from helpdesk.cli import main
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import NotStored
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.files.store import store
from helpdesk.mail.models import Door, InboundMessage, Mailbox, Reason
from helpdesk.mail.operations import receiving
from tests.support.debians_mail import free_port
from tests.support.mailboxes import MAIL, mailbox_of

SUPPORT = ("--mailbox", "support@desk.test")


@pytest.fixture
def environment(own_app: Flask) -> Iterator[dict[str, str]]:
    with own_app.app_context(), current.entering(Via.CLI):
        with unit_of_work():
            mailbox_of()
        config = configuration()
        yield {
            "DATABASE_URL": str(config.database_url),
            "HELPDESK_DATA": str(config.data_dir),
            "HELPDESK_SECRET_KEY": config.secret_key,
            "SENDER": "carl@example.com",
        }


@pytest.fixture
def pipe(environment: dict[str, str]) -> Callable[..., Result]:
    """`pipe(raw, *arguments)` runs the command."""

    def run(raw: bytes = MAIL, *arguments: str, **more: str) -> Result:
        wanted = ["mail", "receive", *(arguments or SUPPORT)]
        return CliRunner().invoke(main, wanted, input=raw, env={**environment, **more})

    return run


def rows() -> list[InboundMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(InboundMessage).order_by(InboundMessage.id)))


Pipe = Callable[..., Result]


def test_a_mail_is_safe_when_it_ends_with_0_and_the_same_again_is_the_same(
    environment: dict[str, str],
) -> None:
    """In processes of their own, as a mail server starts them."""
    program = [sys.executable, "-P", "-m", "helpdesk.cli", "mail", "receive", *SUPPORT]
    for _ in range(2):
        done = subprocess.run(
            program, input=MAIL, env={**os.environ, **environment}, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")

    (found,) = rows()
    assert store().open(found.sha256).read() == MAIL
    assert (found.door, found.envelope_from) == (Door.PIPE, "carl@example.com")


@pytest.mark.parametrize("told", ["", "<>", "MAILER-DAEMON"])
def test_the_null_return_path_has_three_spellings(pipe: Pipe, told: str) -> None:
    assert pipe(MAIL, *SUPPORT, "--sender", told).exit_code == 0
    assert rows()[0].envelope_from == ""


def test_what_may_pass_is_75(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"postgresql://nobody:x@127.0.0.1:{free_port()}/none"

    def full(*_: object, **__: object) -> None:
        raise NotStored("The disk is full.")

    codes = {
        "no such mailbox": pipe(MAIL, "--mailbox", "nobody@desk.test").exit_code,
        "no address": pipe(MAIL, "--mailbox", "nobody").exit_code,
        "no database": pipe(DATABASE_URL=nowhere).exit_code,
        "a broken setting": pipe(DATABASE_URL="nonsense").exit_code,
    }
    monkeypatch.setattr(receiving, "save", full)
    disk = pipe()

    assert set(codes.values()) == {75}, codes
    assert (disk.exit_code, disk.stderr) == (75, "Not now: The disk is full.\n")
    assert rows() == []


def test_a_mailbox_that_is_switched_off_wants_it_later(pipe: Pipe) -> None:
    with unit_of_work():
        db.session.scalars(select(Mailbox)).one().is_active = False

    assert pipe().exit_code == 75
    assert rows() == []


def test_misuse_is_64_and_no_mail_is_65(pipe: Pipe) -> None:
    assert pipe(MAIL, "--mail", "x").exit_code == 64
    assert pipe(MAIL, "--sender", "x").exit_code == 64
    assert pipe(b"").exit_code == 65


def test_a_mail_that_is_too_large_goes_back_and_is_told_of(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "most_bytes", lambda: 10_000)

    assert pipe(MAIL + b"x" * 20_000).exit_code == 65
    assert [row.reason for row in rows()] == [Reason.TOO_LARGE]
