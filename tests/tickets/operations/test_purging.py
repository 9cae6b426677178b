"""Purging: nothing is left of what was in the bin but the word of who did it, and whoever came back stays."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.audit.models import AuditLog
from helpdesk.background.tables import queued
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import clock, current
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Conflict
from helpdesk.core.tokens import digest
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.mail.models import Door, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.receiving import receive
from helpdesk.tickets import jobs
from helpdesk.tickets.bulk.editing import begin
from helpdesk.tickets.models import (
    BulkRefusal,
    Draft,
    GuestRequest,
    HeldFor,
    Purge,
    StagedFile,
    Ticket,
    TicketKey,
    TicketLink,
)
from helpdesk.tickets.models.links import LinkKind
from helpdesk.tickets.operations import (
    Upload,
    add_participant,
    delete,
    mark_read,
    note,
    open_ticket,
    purging,
    reply,
    restore,
    set_tags,
    watch,
)
from helpdesk.tickets.operations.holding import Hold
from helpdesk.tickets.operations.purging import Sums, confirm_purge, foresee_purge, purge, purge_next
from helpdesk.tickets.queries import deleted_for
from tests.support.mailboxes import MAIL, mailbox_of, numbered_mail
from tests.support.real_desk import RealDesk

AsOwner = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def as_owner(work: Session, transaction: Connection) -> AsOwner:
    """`with as_owner() as connection:` what the job is given, inside the test's own transaction."""

    @contextmanager
    def owner() -> Any:
        work.commit()
        with current.entering(current.Via.JOB, request_id="job-1"):
            transaction.execute(text("set local role helpdesk_owner"))
            yield transaction
            transaction.execute(text("set local role helpdesk_app"))
        work.expire_all()

    return owner


@pytest.fixture
def full(work: Session, ticket: Ticket, ana: User, carl: User, cora: User) -> Ticket:
    """A ticket that has one of everything a ticket can have."""
    reply(ticket, by=carl, content="see file", uploads=[Upload("a.txt", BytesIO(b"bytes"))])
    reply(ticket, by=ana, content="seen")
    reply(ticket, by=ana, content="later", hold=Hold(clock.now() + timedelta(days=1), HeldFor.LATER))
    note(ticket, by=ana, content="hm")
    set_tags(ticket, names=["vip"], by=ana)
    watch(ticket, by=ana)
    add_participant(ticket, person=cora, by=carl)
    mark_read(ticket, by=ana)
    address = work.scalars(select(EmailAddress).where(EmailAddress.user_id == carl.id)).one()
    guest = GuestRequest(email="g@else.example", full_name="", title="t", content="c", ticket_id=ticket.id)
    work.add(guest)
    work.flush()
    sha256 = work.scalars(text("select sha256 from blobs")).first()
    kind = {"sha256": sha256, "filename": "b.txt", "content_type": "text/plain", "size": 5}
    letter = OutboxMessage(
        purpose=MailPurpose.CONFIRM_REQUEST,
        template="confirm_request",
        message_id="<1@desk.example>",
        guest_request_id=guest.id,
        recipients=[OutboxRecipient(user_id=carl.id, address_id=address.id)],
    )
    later = clock.now() + timedelta(days=1)
    edit = begin("status", "open", ids=[ticket.id], by=ana, list_path="/agent/queues/open")
    work.add(edit)
    work.flush()
    work.add_all(
        [
            letter,
            BulkRefusal(bulk_edit_id=edit.id, ticket_id=ticket.id, reason="It was so already."),
            Draft(user_id=ana.id, ticket_id=ticket.id, content="not yet"),
            StagedFile(user_id=ana.id, ticket_id=ticket.id, **kind),
            StagedFile(guest_request_id=guest.id, **kind),
            TicketKey(
                token_hash=digest("k"),
                ticket_id=ticket.id,
                user_id=carl.id,
                address_id=address.id,
                expires_at=later,
            ),
            OneTimeToken(
                token_hash=digest("t"),
                purpose=TokenPurpose.CONFIRM_REQUEST,
                guest_request_id=guest.id,
                expires_at=later,
            ),
        ]
    )
    work.flush()
    mailbox = mailbox_of()
    mail, report = (receive(raw, mailbox=mailbox, door=Door.PIPE) for raw in (MAIL, numbered_mail(1)))
    mail.ticket_id, mail.comment_id = ticket.id, ticket.opening.id
    report.recipient_id = letter.recipients[0].id
    work.flush()
    return ticket


def rows_of(connection: Connection, tables: list[str]) -> dict[str, int | None]:
    return {name: connection.scalar(text(f"select count(*) from {name}")) for name in tables}


EMPTIED = [
    "attachments",
    "bulk_edit_refusals",
    "comment_recipients",
    "drafts",
    "guest_requests",
    "held_comments",
    "inbound_messages",
    "one_time_tokens",
    "outbox_recipients",
    "staged_files",
    "ticket_keys",
    "ticket_links",
    "ticket_participants",
    "ticket_reads",
    "ticket_tags",
    "ticket_watchers",
]
"""Tables of which every row of the test belongs to the purged ticket."""


def test_everything_a_deleted_ticket_had_goes(
    work: Session, as_owner: AsOwner, full: Ticket, ada: User, carl: User
) -> None:
    other = open_ticket(requester=carl, by=carl, title="Other", description="stays")
    other.merged_into_id = full.id
    other.opening.origin_ticket_id = full.id
    work.execute(
        text(
            "delete from outbox_recipients where message_id in (select id from outbox_messages "
            f"where ticket_id = {other.id})"
        )
    )
    work.add(TicketLink(ticket_id=other.id, other_id=full.id, kind=LinkKind.DUPLICATES))
    number, ticket_id = full.ticket_number, full.id
    delete(full, by=ada)

    with as_owner() as connection:
        assert set(rows_of(connection, EMPTIED).values()).isdisjoint({0, None})
        assert purge(connection, ticket_ids=[ticket_id, other.id], by_id=ada.id) == Sums(1, 5, 1, 5)
        assert purge(connection, ticket_ids=[ticket_id], by_id=ada.id) == Sums()
        assert rows_of(connection, EMPTIED) == dict.fromkeys(EMPTIED, 0)

    assert work.scalars(select(Ticket.id)).all() == [other.id]
    assert [message.ticket_id for message in work.scalars(select(OutboxMessage))] == [other.id]
    kept = work.get_one(Ticket, other.id)
    assert (kept.merged_into_id, kept.opening.origin_ticket_id) == (None, None)
    (word,) = work.scalars(select(AuditLog).where(AuditLog.ticket_id == ticket_id))
    assert (word.action, word.user_id, word.changes) == ("purge", ada.id, {"ticket_number": [number, None]})


def test_every_table_that_refers_to_a_ticket_is_tried_above() -> None:
    """A new one has to be purged too: add it to the purge, and one row of it to `full`."""
    about_tickets = {"tickets", "comments", "guest_requests"}
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in about_tickets
    }
    assert referring - {"tickets", "comments", "outbox_messages"} == set(EMPTIED) - {"outbox_recipients"}


def test_what_it_would_take_is_counted_first(work: Session, full: Ticket, ada: User) -> None:
    assert foresee_purge(deleted_for(ada)) == Sums()

    delete(full, by=ada)

    assert foresee_purge(deleted_for(ada)) == Sums(tickets=1, comments=5, files=1, bytes=5)


def test_who_leaves_the_bin_in_time_stays(
    work: Session, as_owner: AsOwner, ticket: Ticket, ada: User, carl: User
) -> None:
    other, again = (
        open_ticket(requester=carl, by=carl, title=title, description="d") for title in ("Other", "Again")
    )
    for each in (ticket, other, again):
        delete(each, by=ada)
    asked = confirm_purge(deleted_for(ada), count=3, by=ada)
    for each in (other, again):
        restore(each, by=ada)
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        delete(again, by=ada)  # somebody saw it since: it was not what was confirmed

    with as_owner() as connection:
        assert purge_next(connection, purge_id=asked.id) is False

    assert {each.title for each in work.scalars(select(Ticket))} == {"Other", "Again"}
    work.refresh(asked)
    assert (len(asked.ticket_ids), asked.purged_count, asked.comment_count) == (3, 1, 1)
    assert asked.finished_at is not None


def test_a_large_bin_goes_part_by_part_and_says_how_far_it_is(
    work: Session, as_owner: AsOwner, ada: User, carl: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "PURGED_AT_ONCE", 2)
    for number in range(5):
        delete(open_ticket(requester=carl, by=carl, title=f"{number}", description="d"), by=ada)
    asked = confirm_purge(deleted_for(ada), count=5, by=ada)
    told = []
    with as_owner() as connection:
        while purge_next(connection, purge_id=asked.id):
            told.append(tuple(connection.execute(select(Purge.purged_count, Purge.finished_at)).one()))

    assert told == [(2, None), (4, None)]
    work.refresh(asked)
    assert asked.purged_count == 5
    assert work.scalar(select(func.count()).select_from(Ticket)) == 0


def test_to_confirm_leaves_an_audit_row_of_its_own(work: Session, ticket: Ticket, ada: User) -> None:
    delete(ticket, by=ada)
    asked = confirm_purge(deleted_for(ada), count=1, by=ada)
    work.commit()

    row = work.scalars(select(AuditLog).where(AuditLog.table_name == "purges")).one()
    assert (row.record_id, row.changes) == (asked.id, {"ticket_count": [None, 1]})


def test_only_as_many_as_were_confirmed(work: Session, ticket: Ticket, ada: User) -> None:
    delete(ticket, by=ada)

    for count in (0, 2):
        with pytest.raises(Conflict, match="has changed meanwhile"):
            confirm_purge(deleted_for(ada), count=count, by=ada)
    assert work.scalars(select(Purge)).all() == []


def test_the_worker_does_it(own_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "PURGED_AT_ONCE", 2)
    desk = RealDesk(own_app)
    for number in range(3):
        desk.ask(f"Number {number}")
    with desk.doing("ada") as ada:
        for each in db.session.scalars(select(Ticket)).all():
            delete(each, by=ada)
        jobs.start_purge(deleted_for(ada), count=3, by=ada)

    run_waiting_jobs(own_app)

    assert desk.rows(select(Purge.purged_count, Purge.finished_at.is_not(None))) == [(3, True)]
    assert desk.rows(select(func.count()).select_from(Ticket)) == [(0,)]
    told = select(queued.c.status).where(queued.c.task_name == "tickets.purge")
    assert desk.rows(told) == [("succeeded",), ("succeeded",)]
