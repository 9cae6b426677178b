"""What all doors end in: bytes and row together, once a mailbox."""

from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.files.models import Blob
from helpdesk.files.references import is_needed
from helpdesk.files.store import store
from helpdesk.mail.models import Door, InboundMessage, Reason, Verdict
from helpdesk.mail.operations import receiving
from helpdesk.mail.operations.receiving import LONGEST_HEADERS, headers_of, receive
from tests.support.mailboxes import MAIL, mailbox_of

LARGE = MAIL + b"x" * 2 * 2**20


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "most_bytes", lambda: 2**20)


def test_the_bytes_are_kept_as_they_came_and_the_row_waits(work: Session) -> None:
    mailbox, moment = mailbox_of(), datetime(2026, 11, 16, 8, 30, 7, tzinfo=UTC)

    found = receive(
        BytesIO(MAIL),
        mailbox=mailbox,
        door=Door.IMAP,
        arrived_at=moment,
        uid_validity=7,
        uid=12,
        envelope_from="",
    )

    assert store().open(found.sha256).read() == MAIL
    assert (found.sha256, found.size) == (sha256(MAIL).hexdigest(), len(MAIL))
    assert (found.verdict, found.arrived_at, found.uid_validity, found.uid) == (
        Verdict.WAITING,
        moment,
        7,
        12,
    )
    assert found.envelope_from == ""


def test_the_same_bytes_twice_are_one_mail_whatever_door_they_take(work: Session) -> None:
    mailbox = mailbox_of()

    first = receive(MAIL, mailbox=mailbox, door=Door.IMAP, uid=1)
    again = receive(MAIL, mailbox=mailbox, door=Door.HTTP)

    assert first is again
    assert again.door is Door.IMAP


def test_one_mail_to_two_mailboxes_is_one_mail_in_each(work: Session) -> None:
    mailboxes = mailbox_of("support@desk.test"), mailbox_of("sales@desk.test")

    for mailbox in (*mailboxes, *mailboxes):
        receive(MAIL, mailbox=mailbox, door=Door.PIPE)

    owners = work.scalars(select(InboundMessage.mailbox_id).order_by(InboundMessage.id)).all()
    assert owners == [mailbox.id for mailbox in mailboxes]


def test_a_mail_that_is_too_large_leaves_its_headers_and_says_so(work: Session, small_limit: None) -> None:
    mailbox = mailbox_of()

    found = receive(LARGE, mailbox=mailbox, door=Door.PIPE)
    again = receive(LARGE, mailbox=mailbox, door=Door.PIPE)

    assert found is again
    assert (found.verdict, found.reason) == (Verdict.FAILED, Reason.TOO_LARGE)
    assert store().open(found.sha256).read() == headers_of(MAIL)
    assert work.scalar(select(func.count()).select_from(InboundMessage)) == 1


@pytest.mark.parametrize("raw", [b"", b"\0", b"no headers at all", b"\xff" * 3000, b"\r\n\r\nbody only"])
def test_nothing_is_too_strange_to_be_kept(work: Session, raw: bytes) -> None:
    found = receive(raw, mailbox=mailbox_of(), door=Door.PIPE)

    assert store().open(found.sha256).read() == raw
    assert found.verdict is Verdict.WAITING


def test_headers_end_at_the_first_empty_line_or_where_they_are_too_long() -> None:
    assert headers_of(b"A: b\r\n\r\nbody\n\n") == b"A: b\r\n\r\n"
    assert headers_of(b"A: b\n\nbody\r\n\r\n") == b"A: b\n\n"
    assert headers_of(b"A: b") == b"A: b"
    assert len(headers_of(b"A" * LONGEST_HEADERS * 2)) == LONGEST_HEADERS


def test_the_collector_knows_that_mails_are_needed(work: Session) -> None:
    found = receive(MAIL, mailbox=mailbox_of(), door=Door.PIPE)

    assert work.scalar(select(is_needed()).where(Blob.sha256 == found.sha256))
