"""Looks at a folder: what is new comes once and whole, in order; the server lets go of what is safe."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from helpdesk.mail.doors import looking
from helpdesk.mail.doors.imap import Listed, ServerRefused
from helpdesk.mail.doors.looking import groups
from helpdesk.mail.models import AfterFetch, Reason, Verdict
from helpdesk.mail.operations import receiving
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer, days_ago
from tests.support.mailboxes import numbered_mail

Mailboxes = Callable[..., Fetching]
MAILS = [numbered_mail(number) for number in range(7)]


def test_what_is_new_comes_once_in_order_with_its_moment(fetching: Mailboxes, imap: ImapServer) -> None:
    moment = datetime(2026, 11, 16, 8, 30, 7, tzinfo=UTC)
    imap.put(*MAILS[:3], arrived_at=moment)
    mailbox = fetching()

    looks = [mailbox.look(), mailbox.look()]
    imap.put(MAILS[3])
    looks += [mailbox.look(), mailbox.look(mailbox.new_watch())]

    assert looks == [3, 0, 1, 0]
    assert mailbox.raws() == MAILS[:4]
    assert [(row.uid_validity, row.uid) for row in mailbox.rows()] == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert mailbox.rows()[0].arrived_at == moment
    assert (mailbox.state().last_uid, mailbox.state().failure) == (4, None)


def test_what_other_programs_have_read_comes_too(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.put(*MAILS[:2], flags=["\\Seen"])
    imap.put(MAILS[2])

    assert fetching().look() == 3


def test_marking_marks_and_nothing_more(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.put(*MAILS[:3])

    fetching().look()

    assert [each.flags for each in imap.inbox.messages] == [{"\\Seen"}] * 3
    assert imap.raws() == MAILS[:3]


@pytest.mark.parametrize("without", [(), ("MOVE",)])
def test_moving_moves_to_a_folder_that_is_made(
    fetching: Mailboxes, imap: ImapServer, without: tuple[str, ...]
) -> None:
    imap.capabilities = [each for each in imap.capabilities if each not in without]
    imap.put(*MAILS)

    fetching(after_fetch=AfterFetch.MOVE, done_folder="Helpdesk").look()

    assert imap.raws() == []
    assert imap.raws("Helpdesk") == MAILS


def test_deleting_expunges_by_uid_and_nobody_elses(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.put(MAILS[0], arrived_at=days_ago(30), flags=["\\Deleted"])
    imap.put(*MAILS[1:])

    fetching(after_fetch=AfterFetch.DELETE, cut_off_at=days_ago(10)).look()

    assert imap.raws() == MAILS[:1]


def test_a_server_that_cannot_expunge_by_uid_keeps_what_is_marked(
    fetching: Mailboxes, imap: ImapServer
) -> None:
    imap.capabilities = ["IMAP4rev1"]
    imap.put(*MAILS[:2])

    fetching(after_fetch=AfterFetch.DELETE).look()

    assert [each.flags for each in imap.inbox.messages] == [{"\\Deleted"}] * 2
    assert not any(command.startswith("EXPUNGE") for command in imap.commands)


def test_nothing_is_let_go_of_that_could_not_be_kept(
    fetching: Mailboxes, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(*MAILS)
    mailbox = fetching(after_fetch=AfterFetch.DELETE)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(looking, "receive", full)
        with pytest.raises(ServerRefused):
            mailbox.look()
    still_there = imap.raws()
    mailbox.look()

    assert still_there == MAILS
    assert (imap.raws(), mailbox.raws()) == ([], MAILS)


def test_a_server_that_does_not_let_go_is_told_of_and_nothing_waits_for_it(
    fetching: Mailboxes, imap: ImapServer
) -> None:
    imap.refuses["UID MOVE"] = "[OVERQUOTA] Full."
    imap.put(*MAILS)
    mailbox = fetching(after_fetch=AfterFetch.MOVE, done_folder="Helpdesk")

    taken_in = mailbox.look()

    assert (taken_in, mailbox.state().last_uid) == (7, 7)
    assert "does not let it go: move failed: [OVERQUOTA] Full." in str(mailbox.state().failure)


def test_a_cut_off_is_exact_to_the_second(fetching: Mailboxes, imap: ImapServer) -> None:
    cut_off = days_ago(3)
    for mail, days in zip(MAILS, (400, 4, 3.0002, 3, 2.9998, 1, 0), strict=True):
        imap.put(mail, arrived_at=days_ago(days))
    mailbox = fetching(cut_off_at=cut_off)

    mailbox.look()

    assert mailbox.raws() == [each.raw for each in imap.inbox.messages if each.arrived_at >= cut_off]
    assert mailbox.raws()[-1] == MAILS[-1]
    assert MAILS[2] not in mailbox.raws()


def test_an_earlier_cut_off_brings_what_was_left_out(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.put(MAILS[0], arrived_at=days_ago(30))
    imap.put(MAILS[1], arrived_at=days_ago(1))
    mailbox = fetching(cut_off_at=days_ago(10))

    before = mailbox.look()
    mailbox.change(cut_off_at=None)
    mailbox.look()

    assert before == 1
    assert mailbox.raws() == [MAILS[1], MAILS[0]]


def test_another_folder_begins_at_its_beginning(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.put(*MAILS[:5])
    mailbox = fetching()
    mailbox.look()

    imap.folders["Other"] = type(imap.inbox)(imap.inbox.uid_validity)
    imap.folders["Other"].put(MAILS[5], days_ago(0))
    mailbox.change(imap_folder="Other")

    assert mailbox.look() == 1


def test_of_a_mail_that_is_too_large_the_headers_come_and_it_stays_where_it_is(
    fetching: Mailboxes, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (looking, receiving):
        monkeypatch.setattr(module, "most_bytes", lambda: 10_000)
    large = numbered_mail(99, size=50_000)
    imap.put(MAILS[0], large, MAILS[1])
    mailbox = fetching(after_fetch=AfterFetch.DELETE)

    mailbox.look()
    mailbox.look(mailbox.new_watch())

    assert imap.raws() == [large]
    assert [row.verdict for row in mailbox.rows()].count(Verdict.FAILED) == 1
    told = next(row for row in mailbox.rows() if row.verdict is Verdict.FAILED)
    assert (told.reason, told.uid) == (Reason.TOO_LARGE, 2)


def test_a_mail_the_server_does_not_hand_over_holds_up_no_other_and_is_told_of_in_the_end(
    fetching: Mailboxes, imap: ImapServer
) -> None:
    imap.put(*MAILS[:5])
    imap.stumbles = {3}
    mailbox = fetching(after_fetch=AfterFetch.DELETE)

    looks = [mailbox.look() for _ in range(4)]

    assert looks == [4, 0, 0, 0]
    assert imap.raws() == [MAILS[2]]
    assert mailbox.state().last_uid == 5
    last = mailbox.rows()[-1]
    assert (last.verdict, last.reason, last.uid) == (Verdict.FAILED, Reason.UNREADABLE, 3)
    assert mailbox.raws()[-1] == b"X-Not-Fetched: UID 3 of UIDVALIDITY 1\r\n\r\n"


def test_a_mail_that_is_handed_over_after_all_comes_with_the_next_look(
    fetching: Mailboxes, imap: ImapServer
) -> None:
    imap.put(*MAILS[:3])
    imap.stumbles = {2}
    mailbox = fetching()

    mailbox.look()
    held_at = mailbox.state().last_uid
    imap.stumbles = set()
    mailbox.look()

    assert (held_at, mailbox.state().last_uid) == (1, 3)
    assert sorted(mailbox.raws()) == sorted(MAILS[:3])


@pytest.mark.parametrize("command", ["SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_connection_that_breaks_anywhere_loses_and_doubles_nothing(
    fetching: Mailboxes, imap: ImapServer, command: str
) -> None:
    imap.put(*MAILS)
    mailbox = fetching()
    imap.hangs_up_at = [command]

    with pytest.raises(ServerRefused):
        mailbox.look()
    mailbox.look()

    assert mailbox.raws() == MAILS
    assert [each.flags for each in imap.inbox.messages] == [{"\\Seen"}] * 7


def test_two_who_look_in_turns_share_the_work(fetching: Mailboxes, imap: ImapServer) -> None:
    mailbox = fetching(after_fetch=AfterFetch.DELETE)
    one, other = mailbox.new_watch(), mailbox.new_watch()

    for mail in MAILS:
        imap.put(mail)
        mailbox.look(one)
        mailbox.look(other)

    assert (mailbox.raws(), imap.raws()) == (MAILS, [])


def test_mails_are_asked_for_in_groups_of_a_bearable_size() -> None:
    small = [Listed(uid, 100, None) for uid in range(1, 61)]
    large = [Listed(uid, 3 * 2**20, None) for uid in range(1, 4)]

    assert [len(group) for group in groups(small)] == [25, 25, 10]
    assert [len(group) for group in groups(large)] == [1, 1, 1]
    assert [mail for group in groups(small) for mail in group] == small
    assert list(groups([])) == []
