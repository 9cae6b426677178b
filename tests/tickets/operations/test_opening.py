"""Opening a ticket."""

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
from helpdesk.tickets.models import Comment, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import open_ticket
from helpdesk.tickets.operations.opening import BadTitle
from helpdesk.tickets.operations.writing import NothingWritten
from tests.conftest import person_named
from tests.support.tally import tally


def test_a_new_ticket_is_open_and_says_who_asks_and_who_typed(work: Session, carl: User, ana: User) -> None:
    ticket = open_ticket(
        requester=carl, by=ana, title="  A\n title ", description="Line one\r\n\r\nLine <two>"
    )

    work.refresh(ticket)
    assert (ticket.title, ticket.status, ticket.priority) == (
        "A title",
        TicketStatus.OPEN,
        TicketPriority.MEDIUM,
    )
    assert (ticket.requester_id, ticket.creator_id) == (carl.id, ana.id)
    assert ticket.organization_id == carl.organization_id
    assert ticket.description == "Line one\n\nLine <two>"
    assert ticket.opening.content_html == "<p>Line one</p><p>Line &lt;two&gt;</p>"
    assert ticket.last_activity_at == ticket.last_public_at == ticket.opening.published_at
    assert ticket.first_responded_at is None, "the opening message is no answer, even when staff typed it"
    assert ticket.ticket_number.startswith("HD-")


@pytest.mark.parametrize("title", ["", "  \n ", "x" * 301])
def test_a_title_is_needed_and_short(work: Session, carl: User, title: str) -> None:
    with pytest.raises(BadTitle, match=r"title|Title"):
        open_ticket(requester=carl, by=carl, title=title, description="words")


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00", "x" * 100_001])
def test_a_description_has_words_and_an_end(work: Session, carl: User, text: str) -> None:
    with pytest.raises(NothingWritten, match=r"Write something|Attach it"):
        open_ticket(requester=carl, by=carl, title="Title", description=text)


def test_text_postgresql_cannot_hold_is_cleaned(work: Session, carl: User) -> None:
    ticket = open_ticket(requester=carl, by=carl, title="nul\x00 and \ud800", description="a\x00b \udfff c")

    work.refresh(ticket)
    assert (ticket.title, ticket.description) == ("nul and ?", "ab ? c")


def test_a_due_date_is_kept(work: Session, carl: User) -> None:
    due_at = clock.now() + timedelta(days=2)

    assert open_ticket(requester=carl, by=carl, title="T", description="d", due_at=due_at).act_by == due_at


def test_numbers_are_unique_when_many_open_at_once(own_app: Flask) -> None:
    def open_some(count: int) -> list[str]:
        numbers = []
        for _ in range(count):
            with own_app.app_context(), current.entering(Via.WEB), unit_of_work():
                carl = person_named("carl")
                ticket = open_ticket(requester=carl, by=carl, title="At once", description="Words")
                numbers.append(ticket.ticket_number)
        return numbers

    with ThreadPoolExecutor(8) as threads:
        numbers = [number for some in threads.map(open_some, [10] * 8) for number in some]

    tally("tickets opened at once", len(numbers))
    assert len(set(numbers)) == 80
    with own_app.app_context(), current.entering(Via.CLI):
        assert set(db.session.scalars(select(Ticket.ticket_number))) == set(numbers)
        assert len(db.session.scalars(select(Comment.id).where(Comment.is_opening)).all()) == 80
