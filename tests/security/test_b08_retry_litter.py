"""B08: a mail that fails after its files were stored leaves nothing behind, however often it is tried."""

import os
from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.background.jobs import enqueue
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.core.faults import Point
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.files.jobs import collect_orphans
from helpdesk.files.models import Blob
from helpdesk.mail.doors.intake import taking_in
from helpdesk.mail.models import Door, InboundMessage, Verdict
from helpdesk.mail.operations.filing import placing
from helpdesk.mail.operations.receiving import receive
from helpdesk.mail.operations.releasing import rerun
from helpdesk.tickets.models import Attachment, Comment, Ticket
from tests.support.mailboxes import mailbox_of
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

TRIES = 100
FILES = 3


def mail_with_files() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "carl@example.com", "support@desk.test", "See the files"
    mail.set_content("There they are.")
    for number in range(FILES):
        mail.add_attachment(
            f"file {number}".encode() * 1000, "application", "octet-stream", filename=f"{number}.bin"
        )
    return mail.as_bytes()


@pytest.fixture
def desk(own_app: Flask) -> RealDesk:
    return RealDesk(own_app)


def on_disk(app: Flask) -> set[Path]:
    with app.app_context():
        files = configuration().data_dir / "files"
    return {path for path in files.rglob("*") if path.is_file()}


def counted(desk: RealDesk) -> Counter[str]:
    """Rows of everything that filing makes."""
    kinds: tuple[Any, ...] = (Ticket, Comment, Attachment, Blob, InboundMessage)
    return Counter(
        {each.__tablename__: desk.rows(select(func.count()).select_from(each))[0][0] for each in kinds}
    )


def test_a_hundred_tries_leave_the_mail_and_nothing_else(
    desk: RealDesk, own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = 0

    def fail(point: Point) -> None:
        nonlocal tried
        if point is Point.FILING_FILE_STORED:
            tried += 1
            raise RuntimeError("after the files were stored")

    monkeypatch.setattr(placing, "passing", fail)
    with desk.doing("ada"), taking_in():
        inbound_id = receive(mail_with_files(), mailbox=mailbox_of(), door=Door.PIPE).id
    sizes = set[int]()
    moment = clock.now()
    while tried < TRIES:
        moment += timedelta(hours=1)
        with clock.freeze(moment):
            run_waiting_jobs(own_app)
            again(desk, inbound_id)
        sizes.add(len(on_disk(own_app)))
    tally("tries of a mail that fails after its files were stored", tried)

    assert sizes == {1 + FILES}
    assert +counted(desk) == {"blobs": 1, "inbound_messages": 1}
    clear_away(own_app)
    assert len(on_disk(own_app)) == 1


def again(desk: RealDesk, inbound_id: int) -> None:
    """Somebody presses the button once its tries are used up."""
    with desk.doing("ada") as ada:
        inbound = db.session.get_one(InboundMessage, inbound_id)
        if inbound.verdict is Verdict.FAILED:
            rerun(inbound, ada)


def clear_away(app: Flask) -> None:
    """What the nightly job does a while later."""
    for path in on_disk(app):
        os.utime(path, (0, 0))
    with clock.freeze(clock.now() + timedelta(days=30)):
        with app.app_context(), current.entering(current.Via.JOB), unit_of_work():
            enqueue(collect_orphans)
        run_waiting_jobs(app)
