"""B03: a mail that cannot be filed stops no other, is tried a few times, and waits where people see it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import Door, InboundMessage, Reason, Verdict
from helpdesk.mail.operations import filing
from helpdesk.mail.operations.filing import TRIES
from helpdesk.mail.operations.receiving import receive
from helpdesk.mail.operations.releasing import rerun
from helpdesk.mail.parsing.child import Unreadable
from helpdesk.mail.queries.alarms import AlarmKind, alarms
from helpdesk.tickets.models import Comment, Ticket
from tests.support.letters import a_mailbox, written

POISON = b"From: poison@stranger.example\r\nTo: support@desk.example\r\nSubject: poison\r\n\r\nPOISON\r\n"
WEIRD = {
    "nothing at all": b"",
    "no headers": b"\r\n\r\nHello.\r\n",
    "no sender": b"To: support@desk.example\r\nSubject: Hi\r\n\r\nHello.\r\n",
    "no subject, no body": b"From: x@stranger.example\r\n\r\n",
    "an unknown charset": b"From: x@stranger.example\r\nContent-Type: text/plain; charset=x-klingon\r\n\r\n\xe4\r\n",
    "NUL": b"From: x@stranger.example\r\nSubject: a\x00b\r\n\r\na\x00b\r\n",
    "deep HTML": b"From: x@stranger.example\r\nContent-Type: text/html\r\n\r\n"
    + b"<div>" * 20_000
    + b"Hi\r\n",
    "endless text": b"From: x@stranger.example\r\n\r\n" + b"and on " * 60_000,
    "an endless header": b"From: x@stranger.example\r\nSubject: " + b"a" * 200_000 + b"\r\n\r\nHi\r\n",
    "deep multiparts": b"From: x@stranger.example\r\n"
    + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(300))
    + b"\r\nHi\r\n",
    "many recipients": b"From: x@stranger.example\r\nTo: "
    + b", ".join(b"a%d@b.example" % n for n in range(5_000))
    + b"\r\n\r\nHi\r\n",
    "a bad date": b"From: x@stranger.example\r\nDate: Mon, 99 Foo 99999 99:99:99 +9999\r\n\r\nHi\r\n",
}


@pytest.fixture
def poisoned(monkeypatch):
    """A parser that dies of one mail."""
    sound = filing.parsed_safely

    def parse(raw):
        if b"POISON" in raw:
            raise Unreadable("It took longer than 10 seconds.")
        return sound(raw)

    monkeypatch.setattr(filing, "parsed_safely", parse)


def run_all(app):
    """Let the worker work until nothing waits any more, hours later."""
    for hours in range(2 * TRIES.times):
        with clock.freeze(datetime.now(UTC) + hours * TRIES.longest):
            run_waiting_jobs(app)


def test_B03_one_poison_mail_among_twenty(app, acting, poisoned):
    with acting("ada"):
        mailbox = a_mailbox()
        for number in range(20):
            letter = written(sender=f"p{number}@stranger.example", text=f"Number {'i' * number}")
            receive(bytes(letter), mailbox=mailbox, door=Door.IMAP)
            if number == 7:
                poison_id = receive(POISON, mailbox=mailbox, door=Door.IMAP).id
    run_all(app)

    with acting("ada"):
        opened = select(func.count()).select_from(Ticket)
        assert db.session.scalar(opened) == 20
        poison = db.session.get_one(InboundMessage, poison_id)
        assert (poison.verdict, poison.reason) == (Verdict.FAILED, Reason.UNREADABLE)
        assert poison.detail == "It took longer than 10 seconds."
        assert poison.attempts == TRIES.times + 1
        assert [(alarm.kind, alarm.count) for alarm in alarms()] == [(AlarmKind.FAILED, 1)]


def test_B03_a_second_try_by_hand_files_what_can_be_read_now(app, acting, monkeypatch, poisoned):
    with acting("ada"):
        poison_id = receive(POISON, mailbox=a_mailbox(), door=Door.IMAP).id
    run_all(app)
    monkeypatch.undo()
    with acting("ada") as ada:
        rerun(db.session.get_one(InboundMessage, poison_id), ada)
    run_waiting_jobs(app)

    with acting("ada"):
        assert db.session.get_one(InboundMessage, poison_id).verdict is Verdict.NEW_TICKET
        assert alarms() == []


def test_B03_what_breaks_half_way_leaves_nothing_but_its_verdict(app, acting, monkeypatch):
    """Attachments and comment are there, then something fails: nothing of it stays, and it is tried again."""
    from helpdesk.mail.operations.filing import placing

    def fail(mail, comment):
        raise RuntimeError("half way")

    monkeypatch.setattr(placing, "_remember_recipients", fail)
    with acting("ada"):
        inbound_id = receive(bytes(written()), mailbox=a_mailbox(), door=Door.IMAP).id
    run_all(app)

    with acting("ada"):
        mail = db.session.get_one(InboundMessage, inbound_id)
        assert (mail.verdict, mail.reason, mail.detail) == (Verdict.FAILED, Reason.NOT_FILED, "RuntimeError")
        assert (mail.sender, mail.subject) == ("carl@customer.example", "The printer is on fire")
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0
        assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


@pytest.mark.parametrize("kind", WEIRD)
def test_B03_weird_mails_get_a_verdict(app, acting, kind):
    with acting("ada"):
        inbound_id = receive(WEIRD[kind], mailbox=a_mailbox(), door=Door.IMAP).id
    run_waiting_jobs(app)

    has_sender = WEIRD[kind].startswith(b"From:")
    with acting("ada"):
        mail = db.session.get_one(InboundMessage, inbound_id)
        wanted = (Verdict.NEW_TICKET, None) if has_sender else (Verdict.FAILED, Reason.NO_SENDER)
        assert (mail.verdict, mail.reason) == wanted
