"""Files sent ahead: counted, kept to their sender, safe on the disk, and forgotten when nobody waits for them."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import TooLarge
from helpdesk.files.operations import collect_orphans
from helpdesk.files.store import store
from helpdesk.tickets.jobs import forget_staged
from helpdesk.tickets.models import Mode, StagedFile, Ticket
from helpdesk.tickets.operations.drafting import save_draft
from helpdesk.tickets.operations.staging import stage, unstage
from helpdesk.tickets.operations.writing import Writing


def send(
    ticket: Ticket, by: User, content: bytes = b"plan", *, most_files: int = 10, most_bytes: int = 100
) -> StagedFile:
    return stage(
        ticket,
        by=by,
        filename="../plan.txt",
        stream=io.BytesIO(content),
        most_files=most_files,
        most_bytes=most_bytes,
    )


def waiting() -> list[str]:
    return list(db.session.scalars(select(StagedFile.public_id).order_by(StagedFile.id)))


def test_a_file_has_a_clean_name_the_type_of_its_bytes_and_is_on_the_disk(ticket: Ticket, ana: User) -> None:
    file = send(ticket, ana)

    assert (file.filename, file.content_type, file.size, file.is_inline) == (
        "plan.txt",
        "text/plain",
        4,
        False,
    )
    assert store().exists(file.sha256)


def test_more_than_a_message_takes_is_refused(ticket: Ticket, ana: User, ben: User) -> None:
    send(ticket, ana, b"x" * 60)
    send(ticket, ben, b"x" * 60)

    with pytest.raises(TooLarge, match="together"):
        send(ticket, ana, b"x" * 41)
    with pytest.raises(TooLarge, match="1 files at most"):
        send(ticket, ana, b"x", most_files=1)
    assert len(waiting()) == 2


def test_only_the_sender_takes_a_file_back(ticket: Ticket, ana: User, ben: User) -> None:
    file = send(ticket, ana)

    unstage(ticket, by=ben, public_id=file.public_id)
    assert waiting() == [file.public_id]

    unstage(ticket, by=ana, public_id=file.public_id)
    assert waiting() == []


def test_what_nobody_waits_for_is_forgotten_after_a_week(ticket: Ticket, ana: User, ben: User) -> None:
    now = clock.now()
    with clock.freeze(now - timedelta(days=8)):
        old, drafted = send(ticket, ana), send(ticket, ben)
    with clock.freeze(now - timedelta(days=6)):
        fresh = send(ticket, ana)
    save_draft(ticket, by=ben, mode=Mode.NOTE, content=Writing("Wait."))

    forget_staged()

    assert waiting() == [drafted.public_id, fresh.public_id]
    assert old.public_id not in waiting()


def test_the_collector_of_bytes_leaves_what_waits(work: Session, ticket: Ticket, ana: User) -> None:
    now = clock.now()
    with clock.freeze(now - timedelta(days=3)):
        file = send(ticket, ana)

    collect_orphans()

    assert store().exists(file.sha256)
