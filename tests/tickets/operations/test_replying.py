"""Replies, notes, and what they do to status and moments."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock, current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.models.lifecycle import ImpossibleMove
from helpdesk.tickets.operations import change_status, note, open_ticket, reply, resolve
from helpdesk.tickets.operations.progressing import TooLate
from helpdesk.tickets.operations.writing import NothingWritten
from tests.conftest import person_named

OPEN, IN_PROGRESS, WAITING, RESOLVED, CLOSED = TicketStatus


def test_an_agents_reply_waits_for_the_customer_and_is_the_first_response(ticket: Ticket, ana: User) -> None:
    comment = reply(ticket, by=ana, content="Have you tried turning it off?")

    assert ticket.status is WAITING
    assert ticket.first_responded_at == comment.published_at
    assert ticket.last_public_at == ticket.last_activity_at == comment.published_at


def test_only_the_first_answer_of_staff_is_the_first_response(ticket: Ticket, ana: User, carl: User) -> None:
    reply(ticket, by=carl, content="Anybody there?")
    assert ticket.first_responded_at is None
    first = reply(ticket, by=ana, content="Yes.")
    reply(ticket, by=ana, content="And more.")

    assert ticket.first_responded_at == first.published_at


def test_a_note_tells_customers_nothing(ticket: Ticket, ana: User) -> None:
    public_before = ticket.last_public_at

    comment = note(ticket, by=ana, content="He always says that.")

    assert comment.is_internal
    assert ticket.status is OPEN
    assert ticket.first_responded_at is None
    assert ticket.last_public_at == public_before
    assert ticket.last_activity_at == comment.published_at


@pytest.mark.parametrize("start", [IN_PROGRESS, WAITING, RESOLVED, CLOSED])
def test_a_customers_reply_makes_it_open(ticket: Ticket, carl: User, ana: User, start: TicketStatus) -> None:
    change_status(ticket, to=start, by=ana)

    reply(ticket, by=carl, content="It broke again.")

    assert ticket.status is OPEN
    assert ticket.resolved_at is ticket.closed_at is None
    assert ticket.reopen_count == (1 if start in (RESOLVED, CLOSED) else 0)


@pytest.mark.parametrize("days, status", [(14, OPEN), (14.01, CLOSED)])
def test_a_customer_comes_back_to_a_closed_ticket_within_the_limit(
    work: Session, ticket: Ticket, carl: User, ana: User, days: float, status: TicketStatus
) -> None:
    change_status(ticket, to=CLOSED, by=ana)
    closed_at = ticket.closed_at
    assert closed_at is not None

    with clock.freeze(closed_at + timedelta(days=days)):
        if status is CLOSED:
            with pytest.raises(TooLate, match="more than 14 days ago"):
                reply(ticket, by=carl, content="Again")
            with pytest.raises(TooLate):
                change_status(ticket, to=OPEN, by=carl)
            change_status(ticket, to=OPEN, by=ana)  # staff at any time
        else:
            reply(ticket, by=carl, content="Again")

    assert ticket.status is OPEN


@pytest.mark.parametrize("status", [RESOLVED, CLOSED])
def test_an_agents_last_word_leaves_a_settled_ticket_settled(
    ticket: Ticket, ana: User, status: TicketStatus
) -> None:
    change_status(ticket, to=status, by=ana)

    reply(ticket, by=ana, content="One more thing.")

    assert ticket.status is status


def test_a_reply_can_set_the_status_in_the_same_step(ticket: Ticket, ana: User) -> None:
    reply(ticket, by=ana, content="Done.", status=RESOLVED)

    assert ticket.status is RESOLVED
    assert ticket.resolved_at is not None


def test_customers_do_not_choose_the_status(ticket: Ticket, carl: User, ana: User) -> None:
    resolve(ticket, by=ana)

    reply(ticket, by=carl, content="No.", status=CLOSED)

    assert ticket.status is OPEN


def test_an_impossible_status_is_refused_with_a_sentence(ticket: Ticket, ana: User) -> None:
    change_status(ticket, to=CLOSED, by=ana)

    with pytest.raises(ImpossibleMove, match="Reopen it first"):
        reply(ticket, by=ana, content="Done.", status=RESOLVED)


def test_a_reply_without_words_is_refused(ticket: Ticket, ana: User) -> None:
    with pytest.raises(NothingWritten, match="Write something first"):
        reply(ticket, by=ana, content="   ")


def test_two_replies_at_once_are_both_there(own_app: Flask) -> None:
    with own_app.app_context(), current.entering(Via.WEB), unit_of_work():
        carl = person_named("carl")
        number = open_ticket(requester=carl, by=carl, title="T", description="d").ticket_number

    def answer(name: str) -> None:
        with own_app.app_context(), current.entering(Via.WEB), unit_of_work():
            ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
            reply(ticket, by=person_named(name), content=f"From {name}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(answer, ["ana", "ben", "carl", "ana", "ben", "carl"] * 3))

    with own_app.app_context(), current.entering(Via.CLI):
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
        contents = db.session.scalars(select(Comment.content).where(~Comment.is_opening)).all()
        assert sorted(contents) == ["From ana"] * 6 + ["From ben"] * 6 + ["From carl"] * 6
        assert ticket.first_responded_at is not None
