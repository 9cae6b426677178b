"""B02: a source lets go of a mail only when it is committed here; what goes wrong before leaves it there.

Processes killed at the same points, stopped databases and full disks: tests/soak/test_mail_crashes.py.
"""

import errno
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from helpdesk.core.db import db
from helpdesk.core.errors import NotStored
from helpdesk.core.faults import Point
from helpdesk.files.store import Draft, Store, Stored
from helpdesk.mail.doors import intake, looking
from helpdesk.mail.doors.imap import ServerRefused
from helpdesk.mail.models import AfterFetch
from helpdesk.mail.operations import receiving
from tests.support import imap_server
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer
from tests.support.mailboxes import numbered_mail
from tests.support.tally import tally

MAILS = [numbered_mail(number) for number in range(27)]
ON_THE_WAY = [point for point in Point if point.value.startswith(("imap", "intake"))]
CUTS = (
    *(
        (AfterFetch.DELETE, each)
        for each in ("SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "UID EXPUNGE")
    ),
    (AfterFetch.MOVE, "UID MOVE"),
)


class Broke(OSError):
    """What a test lets go wrong."""


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with imap_server.running() as running:
        running.put(*MAILS)
        yield running


@pytest.fixture
def mailbox(app: Flask, transaction: Connection, imap: ImapServer) -> Fetching:
    return Fetching(app, imap, after_fetch=AfterFetch.DELETE)


def nothing_is_lost(mailbox: Fetching) -> None:
    """Each mail is committed here or still there."""
    assert set(MAILS) - set(mailbox.server.raws()) <= set(mailbox.raws())


def all_is_here_once(mailbox: Fetching) -> None:
    """After a second look that nothing disturbs."""
    mailbox.look()
    assert mailbox.raws() == MAILS
    assert mailbox.server.raws() == []


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("point", ON_THE_WAY)
def test_what_goes_wrong_at_a_named_point(
    mailbox: Fetching, monkeypatch: pytest.MonkeyPatch, point: Point, at: int
) -> None:
    passed = 0

    def breaking(where: Point) -> None:
        nonlocal passed
        passed += where is point
        if where is point and passed == at:
            raise Broke(errno.EIO, "broken here")

    with monkeypatch.context() as broken:
        for module in (looking, intake, receiving):
            broken.setattr(module, "passing", breaking)
        with suppress(Broke, ServerRefused):  # some points are passed less often than that
            mailbox.look()
        nothing_is_lost(mailbox)

    all_is_here_once(mailbox)
    tally("failures at points between FETCH and letting go")


@pytest.mark.parametrize("letting_go, command", CUTS)
def test_a_network_that_is_cut_at_any_command(
    mailbox: Fetching, letting_go: AfterFetch, command: str
) -> None:
    mailbox.change(after_fetch=letting_go, done_folder="Helpdesk")
    mailbox.server.hangs_up_at = [command]
    with pytest.raises(ServerRefused):
        mailbox.look()
    nothing_is_lost(mailbox)

    all_is_here_once(mailbox)


def test_a_commit_that_fails_leaves_the_mail_there(
    mailbox: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_session: Any) -> None:
        raise OperationalError("commit", {}, Exception("server closed the connection"))

    session_class = db.session.session_factory.class_
    take_in = looking.taking_in

    def failing() -> Any:
        event.listen(session_class, "before_commit", refuse)
        return take_in()

    monkeypatch.setattr(looking, "taking_in", failing)
    try:
        with pytest.raises(OperationalError):
            mailbox.look()
    finally:
        event.remove(session_class, "before_commit", refuse)
    monkeypatch.undo()

    assert (mailbox.server.raws(), mailbox.raws()) == (MAILS, [])
    all_is_here_once(mailbox)


def test_a_disk_that_is_full_leaves_the_mail_there(
    mailbox: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, room = Store.keep, iter(range(11))

    def full(store: Store, draft: Draft) -> Stored:
        if next(room, None) is None:
            raise NotStored("The disk is full.")
        return kept(store, draft)

    with monkeypatch.context() as broken:
        broken.setattr(Store, "keep", full)
        with pytest.raises(NotStored):
            mailbox.look()
    assert len(mailbox.raws()) == 11
    nothing_is_lost(mailbox)

    all_is_here_once(mailbox)
