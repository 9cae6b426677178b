"""Threads at work: told of new mail at once, back after every break, as many as there are mailboxes."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.doors import fetchers as module
from helpdesk.mail.doors import watching
from helpdesk.mail.doors.fetchers import Fetchers, settings
from helpdesk.mail.doors.watching import Watch
from helpdesk.mail.models import MailboxState, SignIn
from tests.support import token_endpoint
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer
from tests.support.mailboxes import numbered_mail
from tests.support.processes import eventually

MAILS = [numbered_mail(number) for number in range(6)]
WAIT = 60.0  # seconds; a busy machine


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "STEP", 0.1)
    monkeypatch.setattr(watching, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(watching, "LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(module, "LOOK_EVERY", 0.2)


@pytest.fixture
def mailbox(own_app: Flask, imap: ImapServer) -> Callable[..., Fetching]:
    def at_the_server(address: str = "support@desk.test", **more: Any) -> Fetching:
        return Fetching(own_app, imap, address, **more)

    return at_the_server


@pytest.fixture
def fetchers(own_app: Flask) -> Iterator[Fetchers]:
    """At work until the test ends."""
    working, stopping = Fetchers(own_app), threading.Event()
    thread = threading.Thread(target=working.run, args=(stopping,))
    thread.start()
    yield working
    stopping.set()
    thread.join()


def has(mailbox: Fetching, count: int) -> bool:
    return eventually(lambda: len(mailbox.rows()) == count, within=WAIT)


def test_new_mail_is_told_and_not_asked_for(
    mailbox: Callable[..., Fetching], fetchers: Fetchers, imap: ImapServer
) -> None:
    box = mailbox()
    imap.put(MAILS[0])
    assert has(box, 1)
    assert eventually(lambda: imap.commands[-1].startswith("IDLE"), within=WAIT)
    looks = sum(command.startswith("SELECT") for command in imap.commands)

    imap.put(MAILS[1])

    assert has(box, 2)
    assert sum(command.startswith("SELECT") for command in imap.commands) == looks + 1
    assert imap.sign_ins == 1


def test_a_server_that_cannot_tell_is_asked(
    mailbox: Callable[..., Fetching], fetchers: Fetchers, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "WITHOUT_IDLE", 0.1)
    imap.capabilities = ["IMAP4rev1"]
    box = mailbox()

    for number, mail in enumerate(MAILS[:3], start=1):
        imap.put(mail)
        assert has(box, number)


@pytest.mark.parametrize("command", ["IDLE", "SELECT", "UID FETCH", "LOGIN"])
def test_a_broken_connection_is_made_anew(
    mailbox: Callable[..., Fetching], fetchers: Fetchers, imap: ImapServer, command: str
) -> None:
    imap.hangs_up_at = [command, command]
    box = mailbox()

    for number, mail in enumerate(MAILS[:3], start=1):
        imap.put(mail)
        assert has(box, number)

    assert eventually(lambda: box.state().failure is None, within=WAIT)


def test_what_the_server_says_is_shown_until_it_works_again(
    mailbox: Callable[..., Fetching], fetchers: Fetchers, imap: ImapServer
) -> None:
    imap.passwords = {"another"}
    box = mailbox()
    imap.put(MAILS[0])

    assert eventually(lambda: "Wrong password" in str(state_of(box).failure), within=WAIT)
    since = state_of(box).failed_at
    assert eventually(lambda: imap.sign_ins > 3, within=WAIT)
    assert state_of(box).failed_at == since
    imap.passwords.add("mail server")

    assert has(box, 1)
    assert eventually(lambda: state_of(box).failure is None, within=WAIT)
    assert state_of(box).looked_at is not None


def test_one_mailbox_that_fails_holds_up_no_other(
    mailbox: Callable[..., Fetching], fetchers: Fetchers, imap: ImapServer
) -> None:
    mailbox("bad@desk.test", imap_folder="Nowhere")
    good = mailbox("good@desk.test")

    imap.put(*MAILS)

    assert has(good, len(MAILS))


def test_mailboxes_are_followed_as_administrators_change_them(
    mailbox: Callable[..., Fetching], fetchers: Fetchers, imap: ImapServer
) -> None:
    box = mailbox(connected_at=None)
    imap.put(MAILS[0])
    imap.folders["Other"] = type(imap.inbox)(5)
    imap.folders["Other"].put(MAILS[1], imap.inbox.messages[0].arrived_at)
    assert eventually(lambda: imap.sign_ins == 0 and fetchers.known == {}, within=WAIT)

    box.change(connected_at=imap.inbox.messages[0].arrived_at)
    assert has(box, 1)
    box.change(imap_folder="Other")
    assert has(box, 2)
    box.change(is_active=False)
    assert eventually(lambda: fetchers.watches == {}, within=WAIT)
    imap.put(MAILS[2])

    assert len(box.rows()) == 2
    assert [command for command in imap.commands if command.startswith("SELECT")][-1] == "SELECT Other"


def test_an_access_token_is_asked_for_and_asked_for_anew_when_it_is_refused(
    mailbox: Callable[..., Fetching], imap: ImapServer
) -> None:
    with token_endpoint.running() as endpoint:
        imap.tokens = endpoint.access_tokens
        box = mailbox(
            sign_in=SignIn.OAUTH2,
            oauth_client_id=endpoint.client_id,
            oauth_token_url=f"{endpoint.url}/token",
            sealed={
                "oauth_client_secret": endpoint.client_secret,
                "oauth_refresh_token": endpoint.refresh_token,
            },
        )
        imap.put(MAILS[0])
        working = Fetchers(box.app)
        working.follow(settings(box.app))
        assert has(box, 1)
        endpoint.access_tokens.clear()
        imap.hangs_up_at = ["SELECT"]
        imap.put(MAILS[1])

        assert has(box, 2)
        assert endpoint.granted == ["refresh_token", "refresh_token"]
        working.end()


def test_a_permission_that_ended_is_told(mailbox: Callable[..., Fetching]) -> None:
    with token_endpoint.running() as endpoint:
        box = mailbox(
            sign_in=SignIn.OAUTH2,
            oauth_client_id=endpoint.client_id,
            oauth_token_url=f"{endpoint.url}/token",
            sealed={"oauth_client_secret": endpoint.client_secret, "oauth_refresh_token": "an older one"},
        )
        watch = Watch(box.app, box.mailbox_id)

        with pytest.raises(
            Unwelcome, match=r"permission has ended, connect the mailbox again \(invalid_grant\)"
        ):
            watch.stay_connected()


def state_of(mailbox: Fetching) -> MailboxState:
    with mailbox.inside():
        return db.session.get_one(MailboxState, mailbox.mailbox_id, populate_existing=True)
