"""What would be imported is counted exactly as it is imported afterwards, and nothing is changed by counting."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.mail.doors import looking
from helpdesk.mail.models import Mailbox
from helpdesk.mail.operations import dry_running, receiving
from helpdesk.mail.operations.dry_running import Foreseen, dry_run
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer, days_ago
from tests.support.mailboxes import numbered_mail

Mailboxes = Callable[..., Fetching]
CUT_OFF = days_ago(2.5)


def foresee(mailbox: Fetching, **more: int) -> Foreseen:
    with mailbox.inside():
        return dry_run(db.session.get_one(Mailbox, mailbox.mailbox_id), cut_off_at=CUT_OFF, **more)


def test_as_many_are_foreseen_as_come_then(fetching: Mailboxes, imap: ImapServer) -> None:
    a_moment = timedelta(seconds=5)
    arrivals = (days_ago(90), days_ago(3), CUT_OFF - a_moment, CUT_OFF + a_moment, days_ago(2), days_ago(0))
    for number, arrived_at in enumerate(arrivals):
        imap.put(numbered_mail(number), arrived_at=arrived_at)
    mailbox = fetching(cut_off_at=CUT_OFF)

    foreseen = foresee(mailbox)

    assert foreseen.to_import == mailbox.look()
    assert (foreseen.in_folder, foreseen.left_out, foreseen.too_large) == (6, 3, 0)


def test_it_changes_nothing_there_or_here(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.put(numbered_mail(1))
    mailbox = fetching()
    state = mailbox.state()
    before = (state.place, state.last_uid, state.looked_at)

    foresee(mailbox)

    after = mailbox.state()
    assert (after.place, after.last_uid, after.looked_at) == before
    assert mailbox.rows() == []
    assert imap.inbox.messages[0].flags == set()
    assert {command.split()[0] for command in imap.commands} <= {
        *("CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT")
    }
    assert not any(command.startswith(("UID STORE", "UID MOVE")) for command in imap.commands)


def test_the_ends_are_shown_with_sender_and_subject(fetching: Mailboxes, imap: ImapServer) -> None:
    for number in range(9):
        imap.put(numbered_mail(number))

    found = foresee(fetching(), shown=3)

    assert [each.subject for each in found.oldest] == [f"The printer is on fire ({n})" for n in (0, 1, 2)]
    assert [each.subject for each in found.newest] == [f"The printer is on fire ({n})" for n in (8, 7, 6)]
    assert {each.sender for each in found.oldest} == {"Carl Customer"}


def test_few_are_shown_once(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.put(*(numbered_mail(number) for number in range(4)))

    found = foresee(fetching(), shown=3)

    assert (len(found.oldest), len(found.newest)) == (3, 1)


def test_mails_that_are_too_large_are_counted(
    fetching: Mailboxes, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (looking, receiving, dry_running):
        monkeypatch.setattr(module, "most_bytes", lambda: 10_000)
    imap.put(numbered_mail(1), numbered_mail(2, size=20_000))

    assert foresee(fetching()).too_large == 1


def test_an_empty_folder_is_nothing_special(fetching: Mailboxes, imap: ImapServer) -> None:
    assert foresee(fetching()) == Foreseen(in_folder=0, to_import=0, too_large=0, oldest=[], newest=[])


def test_where_it_cannot_look_the_server_says_why(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.passwords = {"another"}

    with pytest.raises(Conflict, match="Wrong password"):
        foresee(fetching())
