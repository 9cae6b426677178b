"""What a ticket went through: messages in order, and between them what is worth a line."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock, current
from helpdesk.tickets import operations
from helpdesk.tickets.models import Comment, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.timeline import changes_of, events_among, messages_of, position_of, woven

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Happened:
    """Something with a name at a minute past noon."""

    name: str
    minute: int

    @property
    def created_at(self) -> datetime:
        return NOON + timedelta(minutes=self.minute)


def things(text: str) -> list[Happened]:
    """`a1 b5` is a at 12:01 and b at 12:05."""
    return [Happened(each[0], int(each[1:])) for each in text.split()]


def written(thread: list[object]) -> str:
    """What stands together is in brackets."""
    parts = [
        "".join(e.name for e in each).join("()") if isinstance(each, list) else each.name for each in thread
    ]
    return " ".join(parts)


@pytest.mark.parametrize(
    "messages, events, thread",
    [
        ("A1 B5", "", "A B"),
        ("A1", "x2 y3", "A (xy)"),
        ("A1 B5", "x2 y3 z7", "A (xy) B (z)"),
        ("A1 B5", "x1 y5", "A (x) B (y)"),
        ("B5", "x1", "(x) B"),
        ("", "x1", "(x)"),
        ("", "", ""),
    ],
)
def test_events_without_a_message_between_them_stand_together(
    messages: str, events: str, thread: str
) -> None:
    assert written(woven(things(messages), things(events))) == thread


@pytest.fixture
def changes(work: Session, ticket: Ticket, ana: User):
    """What the trail holds about the ticket after each deed was a request of its own."""

    def after(*deeds):
        work.commit()
        for number, deed in enumerate(deeds):
            current.change(user_id=ana.id, request_id=f"request {number}")
            deed()
            work.commit()
        return work.scalars(changes_of(ticket)).all()

    return after


def fields(rows):
    return [sorted(row.changes) for row in rows]


def test_what_a_message_brings_about_is_no_event_unless_it_settles(
    changes, ticket: Ticket, ana: User
) -> None:
    rows = changes(
        lambda: operations.reply(ticket, by=ana, content="Use water."),
        lambda: operations.set_priority(ticket, to=TicketPriority.HIGH, by=ana),
        lambda: operations.reply(ticket, by=ana, content="Done.", status=TicketStatus.RESOLVED),
        lambda: operations.reply(ticket, by=ana, content="Or not.", status=TicketStatus.OPEN),
    )

    assert [row.changes.get("status", row.changes.get("priority")) for row in events_among(rows)] == [
        ["medium", "high"],
        ["waiting_on_customer", "resolved"],
        ["resolved", "open"],
    ]


def test_silent_changes_are_in_the_trail_and_not_between_the_messages(
    changes, ticket: Ticket, ana: User
) -> None:
    rows = changes(
        lambda: operations.watch(ticket, by=ana), lambda: operations.note(ticket, by=ana, content="Hm.")
    )

    assert "watchers" in str(fields(rows))
    assert events_among(rows) == []


def test_the_trail_of_a_ticket_is_its_own_newest_first(changes, work, ticket, ana, olga) -> None:
    operations.open_ticket(requester=olga, by=olga, title="Another", description="…")

    rows = changes(lambda: operations.take(ticket, by=ana), lambda: operations.delete(ticket, by=ana))

    assert {row.ticket_id for row in rows} == {ticket.id}
    assert "deleted_at" in rows[0].changes
    assert len(rows) == work.query(AuditLog).filter_by(ticket_id=ticket.id).count()


def test_messages_carry_author_files_and_place(work: Session, ticket: Ticket, ana: User) -> None:
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        operations.note(ticket, by=ana, content="Hm.")

    first, second = work.execute(messages_of(ticket)).all()

    assert (first.position, first.author, first.is_by_staff, first.is_opening, first.files) == (
        1,
        "Carl Customer",
        False,
        True,
        [],
    )
    assert (second.position, second.author, second.is_by_staff, second.is_internal) == (
        2,
        "Ana Agent",
        True,
        True,
    )


def test_the_place_of_a_message_counts_those_before_it(work: Session, ticket: Ticket, ana: User) -> None:
    with clock.freeze(clock.now() + timedelta(minutes=1)):  # the same moment for both: the id decides
        second, third = (operations.note(ticket, by=ana, content=text) for text in ("one", "two"))

    places = [work.scalar(position_of(comment)) for comment in (second, third)]

    assert places == [2, 3]
    assert work.scalars(select(Comment.id).order_by(Comment.id)).all()[-1] == third.id
