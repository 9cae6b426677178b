"""The HTTP door: its own secret, nothing else; 200 when the mail is safe, whatever went wrong before."""

import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select
from werkzeug.serving import make_server

from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import NotStored
from helpdesk.core.tokens import digest
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.files.store import store
from helpdesk.mail.models import Door, InboundMessage, Mailbox, Reason
from helpdesk.mail.operations import receiving
from helpdesk.web.public import mail_door
from tests.support.browser import Browser
from tests.support.mailboxes import MAIL, mailbox_of

SECRET = "the secret of this door"
PATH = "/mail/support@desk.test"
BEARER = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def mailbox(acting: Callable[..., Any]) -> int:
    with acting("ada"):
        return mailbox_of(door_secret_hash=digest(SECRET)).id


@pytest.fixture
def hand_in(app: Flask, transaction: Connection) -> Callable[..., tuple[int, str]]:
    """`hand_in(raw)` posts it; status and words of the answer."""

    def post(raw: bytes = MAIL, path: str = PATH, **headers: str) -> tuple[int, str]:
        answer = app.test_client().post(path, data=raw, headers=headers or BEARER)
        return answer.status_code, answer.text

    return post


@pytest.fixture
def rows(acting: Callable[..., Any]) -> Callable[[], list[InboundMessage]]:
    def look() -> list[InboundMessage]:
        with acting("ada"):
            return list(db.session.scalars(select(InboundMessage).order_by(InboundMessage.id)))

    return look


HandIn = Callable[..., tuple[int, str]]
Rows = Callable[[], list[InboundMessage]]


def test_a_mail_is_kept_as_it_came(mailbox: int, hand_in: HandIn, rows: Rows, app: Flask) -> None:
    raw = MAIL + bytes(range(256)) * 5000

    assert hand_in(raw) == (200, "Kept.\n")

    (found,) = rows()
    with app.app_context():
        assert store().open(found.sha256).read() == raw
    assert (found.door, found.mailbox_id, found.envelope_from) == (Door.HTTP, mailbox, None)


def test_the_same_mail_once_more_gets_the_same_answer(mailbox: int, hand_in: HandIn, rows: Rows) -> None:
    assert {hand_in() for _ in range(3)} == {(200, "Kept.\n")}

    assert len(rows()) == 1


@pytest.mark.parametrize(
    "kind", ["message/rfc822", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_what_the_body_is_called_makes_no_difference(
    mailbox: int, hand_in: HandIn, rows: Rows, app: Flask, kind: str
) -> None:
    answer = hand_in(MAIL, **BEARER, **{"Content-Type": kind})

    assert answer == (200, "Kept.\n")
    assert rows()[0].size == len(MAIL)


def test_basic_access_opens_it_too(mailbox: int, hand_in: HandIn) -> None:
    shown = b64encode(f"anybody:{SECRET}".encode()).decode()

    assert hand_in(Authorization=f"Basic {shown}")[0] == 200


def test_the_envelope_sender_comes_beside_it(mailbox: int, hand_in: HandIn, rows: Rows) -> None:
    hand_in(MAIL, f"{PATH}?sender=bounces@example.com")
    hand_in(MAIL + b"more", f"{PATH}?sender=")

    assert [row.envelope_from for row in rows()] == ["bounces@example.com", ""]


def test_aliases_and_what_stands_behind_a_plus_are_the_same_mailbox(
    mailbox: int, hand_in: HandIn, acting: Callable[..., Any]
) -> None:
    with acting("ada"):
        db.session.get_one(Mailbox, mailbox).aliases = ["help@desk.test"]

    for address in ("SUPPORT@DESK.TEST", "support+abc@desk.test", "help@desk.test"):
        assert hand_in(MAIL, f"/mail/{address}")[0] == 200


def test_all_that_does_not_fit_gets_one_answer(
    mailbox: int, hand_in: HandIn, rows: Rows, acting: Callable[..., Any]
) -> None:
    with acting("ada"):
        mailbox_of("sales@desk.test", door_secret_hash=digest("another secret"))
        mailbox_of("shut@desk.test")
    answers = {
        hand_in(MAIL, **{"X-Nothing": "at all"}),
        hand_in(MAIL, Authorization="Bearer wrong"),
        hand_in(MAIL, Authorization="Bearer "),
        hand_in(MAIL, Authorization="Bearer \xff"),
        hand_in(MAIL, Authorization="Digest username=x"),
        hand_in(MAIL, "/mail/nobody@desk.test"),
        hand_in(MAIL, "/mail/no%20address"),
        hand_in(MAIL, "/mail/shut@desk.test"),
        hand_in(MAIL, "/mail/sales@desk.test"),
    }

    assert answers == {(401, "Unknown mailbox or wrong secret.\n")}
    assert rows() == []


def test_who_is_signed_in_has_no_right_here(mailbox: int, as_ada: Browser) -> None:
    assert as_ada.post(PATH, {}).status == 401


def test_a_mailbox_that_is_switched_off_wants_it_later(
    mailbox: int, hand_in: HandIn, rows: Rows, acting: Callable[..., Any]
) -> None:
    with acting("ada"):
        db.session.get_one(Mailbox, mailbox).is_active = False

    assert hand_in()[0] == 503
    assert rows() == []


def test_a_mail_that_is_too_large_is_refused_and_told_of(
    mailbox: int, hand_in: HandIn, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (receiving, mail_door):
        monkeypatch.setattr(module, "most_bytes", lambda: 10_000)

    assert hand_in(MAIL + b"x" * 10_000)[0] == 413

    assert [row.reason for row in rows()] == [Reason.TOO_LARGE]


def test_a_mail_may_be_larger_than_what_people_may_upload(mailbox: int, hand_in: HandIn, rows: Rows) -> None:
    assert hand_in(MAIL + b"x" * 30 * 2**20)[0] == 200
    assert rows()[0].reason is None


def test_where_it_cannot_be_kept_it_is_not_taken(
    mailbox: int, hand_in: HandIn, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise NotStored("The disk is full.")

    monkeypatch.setattr(receiving, "save", full)

    assert hand_in() == (507, "The disk is full.\n")
    assert rows() == []


def test_other_methods_lead_nowhere(mailbox: int, as_nobody: Browser) -> None:
    assert as_nobody.get(PATH).status == 405


@pytest.fixture
def port(own_app: Flask) -> Iterator[int]:
    with own_app.app_context(), current.entering(Via.CLI), unit_of_work():
        mailbox_of(door_secret_hash=digest(SECRET))
    server = make_server("127.0.0.1", 0, own_app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.port
    server.shutdown()


def test_a_mail_that_breaks_off_is_not_taken_for_a_whole_one(own_app: Flask, port: int) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer {SECRET}\r\n"
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(f"{head}Content-Length: {len(MAIL)}\r\n\r\n".encode() + MAIL[:-20])
        client.shutdown(socket.SHUT_WR)
        answer = client.recv(1000)

    assert b" 400 " in answer.splitlines()[0]
    with own_app.app_context(), current.entering(Via.CLI):
        assert db.session.scalars(select(InboundMessage)).all() == []
