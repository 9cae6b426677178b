"""What counts as read: what was shown, what one wrote oneself, and never what arrived meanwhile."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.tickets.models import Ticket, ticket_reads
from helpdesk.tickets.operations import mark_read, note, open_ticket, reply
from tests.support.statements import counted_statements


def seen_at(work: Session, ticket: Ticket, user: User) -> datetime | None:
    found = select(ticket_reads.c.seen_at).where(
        ticket_reads.c.ticket_id == ticket.id, ticket_reads.c.user_id == user.id
    )
    return work.scalar(found)


def is_unread(work: Session, ticket: Ticket, user: User) -> bool:
    seen = seen_at(work, ticket, user)
    return seen is None or ticket.last_activity_at > seen


def test_reading_costs_one_statement_each_time(ticket: Ticket, ana: User) -> None:
    for _time in range(2):
        with counted_statements() as statements:
            mark_read(ticket, by=ana)
        assert len(statements) == 1


def test_a_ticket_is_read_up_to_what_was_shown(
    work: Session, ticket: Ticket, ana: User, ben: User, carl: User
) -> None:
    shown = ticket.last_activity_at

    with clock.freeze(clock.now() + timedelta(minutes=5)):
        mark_read(ticket, by=ana)

    assert seen_at(work, ticket, ana) == shown
    assert not is_unread(work, ticket, ana)
    assert is_unread(work, ticket, ben)
    reply(ticket, by=carl, content="Hello?")
    assert is_unread(work, ticket, ana)


def test_an_older_page_takes_nothing_back(work: Session, ticket: Ticket, ana: User) -> None:
    mark_read(ticket, by=ana)
    newest = seen_at(work, ticket, ana)
    ticket.last_activity_at -= timedelta(hours=1)

    mark_read(ticket, by=ana)

    assert seen_at(work, ticket, ana) == newest


@pytest.mark.parametrize("write", [reply, note])
def test_what_one_writes_is_read(work: Session, ticket: Ticket, ana: User, ben: User, write: object) -> None:
    mark_read(ticket, by=ana)

    write(ticket, by=ana, content="Use water.")  # type: ignore[operator]  # one of the two operations

    assert not is_unread(work, ticket, ana)
    assert is_unread(work, ticket, ben)


def test_what_arrived_unseen_before_stays_unread(
    work: Session, ticket: Ticket, ana: User, carl: User
) -> None:
    mark_read(ticket, by=ana)
    seen = seen_at(work, ticket, ana)
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        reply(ticket, by=carl, content="It burns more.")

    with clock.freeze(clock.now() + timedelta(minutes=2)):
        reply(ticket, by=ana, content="Use water.")

    assert seen_at(work, ticket, ana) == seen


def test_who_opens_a_ticket_has_read_it_and_customers_leave_no_mark(
    work: Session, ana: User, carl: User
) -> None:
    typed = open_ticket(requester=carl, by=ana, title="He called", description="Fire.")
    asked = open_ticket(requester=carl, by=carl, title="Fire", description="Fire.")

    assert not is_unread(work, typed, ana)
    assert work.execute(select(ticket_reads).where(ticket_reads.c.ticket_id == asked.id)).all() == []
