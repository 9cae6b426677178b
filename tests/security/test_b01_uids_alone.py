"""B01: mails are addressed by UID and UIDVALIDITY alone; whatever becomes of them there, each becomes one here."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from helpdesk.mail.models import AfterFetch
from tests.support import imap_server
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer
from tests.support.mailboxes import numbered_mail
from tests.support.tally import tally

MAILS = [numbered_mail(number) for number in range(50)]
LETTING_GO: tuple[dict[str, Any], ...] = (
    {"after_fetch": AfterFetch.DELETE},
    {"after_fetch": AfterFetch.MOVE, "done_folder": "Helpdesk"},
)
SEQUENCE_NUMBERS = ("FETCH", "STORE", "COPY", "MOVE", "SEARCH", "EXPUNGE")


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with imap_server.running() as running:
        yield running


@pytest.fixture
def fetching(app: Flask, transaction: Connection, imap: ImapServer) -> Callable[..., Fetching]:
    return lambda **more: Fetching(app, imap, **more)


@pytest.mark.parametrize("letting_go", LETTING_GO, ids=["delete", "move"])
def test_as_many_mails_come_as_were_waiting(
    fetching: Callable[..., Fetching], imap: ImapServer, letting_go: dict[str, Any]
) -> None:
    mailbox, expected = fetching(**letting_go), 0
    for waiting in (1, 2, 3, 4, 5, 24, 25, 26, 49, 50):
        fresh = [mail + b"%d\r\n" % waiting for mail in MAILS[:waiting]]
        imap.put(*fresh)
        mailbox.look()
        expected += waiting
        assert len(mailbox.rows()) == expected
        assert mailbox.raws()[-waiting:] == fresh
        tally("mails fetched and let go of", waiting)

    assert imap.raws() == []
    assert [command for command in imap.commands if command.split()[0] in SEQUENCE_NUMBERS] == []


@pytest.mark.parametrize("letting_go", LETTING_GO, ids=["delete", "move"])
def test_somebody_who_deletes_meanwhile_shifts_nothing(
    fetching: Callable[..., Fetching],
    imap: ImapServer,
    letting_go: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another program removes every third mail while we fetch: all others come, none of the wrong ones goes."""
    imap.put(*MAILS)
    mailbox = fetching(**letting_go)
    from helpdesk.mail.doors import looking

    receive, removed = looking.receive, list[bytes]()

    def disturbed(raw: bytes, **how: Any) -> Any:
        with imap.lock:
            if len(imap.inbox.messages) > 30 and imap.inbox.messages[-1].raw != raw:
                removed.append(imap.inbox.messages.pop(-1).raw)
        return receive(raw, **how)

    monkeypatch.setattr(looking, "receive", disturbed)
    mailbox.look()

    assert imap.raws() == []
    assert len(removed) == 20
    came = mailbox.raws()
    assert set(MAILS) - set(removed) <= set(came)
    assert len(came) == len(set(came))


def test_new_uids_for_the_same_mails_lose_and_double_nothing(
    fetching: Callable[..., Fetching], imap: ImapServer
) -> None:
    imap.put(*MAILS[:20])
    mailbox = fetching()
    mailbox.look()
    imap.renumber()
    imap.put(*MAILS[20:30])

    mailbox.look()

    assert sorted(mailbox.raws()) == sorted(MAILS[:30])
    assert (mailbox.state().uid_validity, mailbox.state().last_uid) == (2, 30)


def test_lower_uids_under_a_new_validity_are_new_mails(
    fetching: Callable[..., Fetching], imap: ImapServer
) -> None:
    """The folder was made anew while we were away: UIDs begin at 1 again, for mails nobody has seen."""
    imap.put(*MAILS[:20])
    mailbox = fetching()
    mailbox.look()
    imap.folders["INBOX"] = type(imap.inbox)(imap.inbox.uid_validity + 1)
    imap.put(*MAILS[20:23])

    mailbox.look()

    assert sorted(mailbox.raws()) == sorted(MAILS[:23])
