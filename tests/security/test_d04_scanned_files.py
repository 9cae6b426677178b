"""D04: with a virus scanner, what it knows is taken from nobody: not by a form, not by a mail."""

import io
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.files import scanning
from helpdesk.files.models import Blob
from helpdesk.files.store import store
from helpdesk.tickets.models import Attachment
from tests.security.test_g03_uploads import UPLOADS, Way
from tests.support.browser import Browser
from tests.support.clamd import EICAR, SIGNATURE, Clamd, running
from tests.support.debians_mail import free_port
from tests.support.letters import a_mailbox, arrives, written

Configure = Callable[..., None]


@pytest.fixture
def configure(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """`configure(clamav=…)` for the length of the test."""

    def change(**values: str) -> None:
        with app.app_context():
            changed = replace(configuration(), **values)  # type: ignore[arg-type]  # settings that are texts
        monkeypatch.setattr(scanning, "configuration", lambda: changed)

    return change


@pytest.fixture
def clamd(configure: Configure) -> Iterator[Clamd]:
    with running() as server:
        configure(clamav=server.address)
        yield server


def blobs() -> int:
    return db.session.scalar(select(func.count()).select_from(Blob)) or 0


@pytest.mark.parametrize("endpoint", [name for name, way in UPLOADS.items() if not way.is_drawn_anew])
def test_no_form_takes_it(
    browser: Callable[..., Browser], clamd: Clamd, acting: Callable[..., Any], number: str, endpoint: str
) -> None:
    way: Way = UPLOADS[endpoint]
    with acting("ana"):
        before = blobs()
    parts = [(io.BytesIO(EICAR), "invoice.pdf")]
    answer = browser(way.who).post(way.path.format(number=number), {**way.fields, way.field: parts})

    assert answer.status == 422
    assert SIGNATURE in answer.html
    assert "invoice.pdf" in answer.html
    assert clamd.seen == [EICAR]
    with acting("ana"):
        assert blobs() == before


def test_other_files_pass_and_are_whole(as_carl: Browser, clamd: Clamd, acting: Callable[..., Any]) -> None:
    content = bytes(range(256)) * 2_000
    sent = as_carl.post(
        "/portal/tickets", {"title": "A", "content": "B", "files": [(io.BytesIO(content), "a.bin")]}
    )

    assert sent.status == 303
    assert clamd.seen == [content]
    with acting("ana"):
        kept = db.session.scalars(select(Attachment)).one()
        assert store().open(kept.sha256).read() == content


def test_a_mail_comes_without_it_and_is_kept_as_it_came(work: Session, clamd: Clamd) -> None:
    message = written(text="Your invoice.")
    message.add_attachment(EICAR, "application", "pdf", filename="invoice.pdf")
    message.add_attachment(b"harmless", "application", "pdf", filename="terms.pdf")
    raw = message.as_bytes()
    inbound = arrives(a_mailbox(), raw)
    files = {
        each.filename: store().open(each.sha256).read()
        for each in db.session.scalars(select(Attachment).order_by(Attachment.id))
    }

    assert files == {
        "invoice.pdf (held back).txt": (
            f"This file was held back: the virus scanner found {SIGNATURE} in it.\n".encode()
        ),
        "terms.pdf": b"harmless",
    }
    assert store().open(inbound.sha256).read() == raw
    assert raw not in clamd.seen


@pytest.mark.parametrize("answer", [b"stream: Can't allocate memory ERROR", b"", b"nonsense"])
def test_what_it_could_not_look_at_is_kept_or_refused_as_the_desk_says(
    work: Session, clamd: Clamd, configure: Configure, answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    clamd.answers = answer
    scanning.check(io.BytesIO(b"x"), "x.txt")

    assert "could not look" in caplog.text
    configure(clamav=clamd.address, clamav_down="refuse")
    with pytest.raises(scanning.NotScanned, match=r"“x\.txt” was not taken"):
        scanning.check(io.BytesIO(b"x"), "x.txt")


def test_more_than_it_takes_is_what_it_could_not_look_at(
    work: Session, clamd: Clamd, configure: Configure
) -> None:
    clamd.most = 1_000_000
    configure(clamav=clamd.address, clamav_down="refuse")

    with pytest.raises(scanning.NotScanned):
        scanning.check(io.BytesIO(b"x" * 20_000_000), "large.bin")


def test_while_it_is_away_people_are_told(
    as_carl: Browser, configure: Configure, acting: Callable[..., Any]
) -> None:
    away = f"127.0.0.1:{free_port()}"
    fields = {"title": "A", "content": "B"}
    configure(clamav=away)
    kept = as_carl.post("/portal/tickets", {**fields, "files": [(io.BytesIO(b"x"), "a.txt")]})
    configure(clamav=away, clamav_down="refuse")
    refused = as_carl.post("/portal/tickets", {**fields, "files": [(io.BytesIO(b"y"), "b.txt")]})

    assert (kept.status, refused.status) == (303, 503)
    assert "the virus scanner does not answer" in refused.text
    with acting("ana"):
        assert db.session.scalars(select(Attachment.filename)).all() == ["a.txt"]


def test_it_may_listen_on_a_socket(work: Session, configure: Configure, tmp_path: Path) -> None:
    path = tmp_path / "clamd"
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    configure(clamav=str(path))
    assert scanning.is_answering() is False
    listening.close()


def test_without_one_nobody_looks(work: Session) -> None:
    scanning.check(io.BytesIO(EICAR), "eicar.txt")

    assert scanning.is_answering() is False


def test_it_is_known_to_be_there(work: Session, clamd: Clamd) -> None:
    assert scanning.is_answering() is True
