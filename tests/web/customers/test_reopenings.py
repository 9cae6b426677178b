"""Taking up a solved request again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Team
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import change_status
from tests.web.customers.conftest import ticket_numbered


@pytest.mark.parametrize("status", [TicketStatus.RESOLVED, TicketStatus.CLOSED])
def test_a_solved_request_is_open_again(as_carl, number, deed, facts, status):
    deed("ana", change_status, number, to=status)
    assert "Not solved after all?" in as_carl.get(f"/portal/tickets/{number}").text

    sent = as_carl.post(f"/portal/tickets/{number}/reopening")

    assert (sent.status, sent.location) == (303, f"/portal/tickets/{number}")
    assert "It is open again." in as_carl.get(sent.location).text
    assert facts(number, Ticket.status, Ticket.reopen_count) == (TicketStatus.OPEN, 1)


@pytest.mark.parametrize("days, is_possible", [(14, True), (15, False)])
def test_the_desk_says_for_how_long(as_carl, number, deed, facts, days, is_possible):
    with clock.freeze(clock.now() - timedelta(days=days) + timedelta(minutes=1)):
        deed("ana", change_status, number, to=TicketStatus.CLOSED)

    page = as_carl.get(f"/portal/tickets/{number}")
    sent = as_carl.post(f"/portal/tickets/{number}/reopening")

    assert ("Reopen" in page.text) is is_possible
    assert ("Send and reopen" in page.text) is is_possible
    assert sent.status == (303 if is_possible else 409)
    assert facts(number, Ticket.status) is (TicketStatus.OPEN if is_possible else TicketStatus.CLOSED)


def test_too_late_the_page_says_what_an_answer_becomes(as_carl, number, deed):
    with clock.freeze(clock.now() - timedelta(days=15)):
        deed("ana", change_status, number, to=TicketStatus.CLOSED)

    page = as_carl.post(f"/portal/tickets/{number}/reopening")

    assert "This request is closed. It was closed more than 14 days ago." in page.text
    assert "What you write below becomes a new request" in page.text
    assert "Send as a new request" in page.text
    assert 'role="alert"' in page.html


@pytest.mark.parametrize("days, is_possible", [(3, True), (4, False)])
def test_the_team_says_otherwise(as_carl, number, deed, acting, facts, days, is_possible):
    with acting("ada"):
        team = db.session.scalars(select(Team)).one()
        team.reopen_days = 3
        ticket_numbered(number).team_id = team.id
    with clock.freeze(clock.now() - timedelta(days=days) + timedelta(minutes=1)):
        deed("ana", change_status, number, to=TicketStatus.CLOSED)

    page = as_carl.get(f"/portal/tickets/{number}")
    sent = as_carl.post(f"/portal/tickets/{number}/reopening")

    assert ("Not solved after all?" in page.text) is is_possible
    assert ("closed more than 3 days ago" in page.text) is not is_possible
    assert sent.status == (303 if is_possible else 409)
    assert facts(number, Ticket.status) is (TicketStatus.OPEN if is_possible else TicketStatus.CLOSED)


def test_another_limit_is_obeyed_by_page_and_deed(as_carl, number, deed, acting, facts):
    with acting("ada"):
        change_settings(reopen_days=30)
    with clock.freeze(clock.now() - timedelta(days=29)):
        deed("ana", change_status, number, to=TicketStatus.CLOSED)

    assert "Not solved after all?" in as_carl.get(f"/portal/tickets/{number}").text
    assert as_carl.post(f"/portal/tickets/{number}/reopening").status == 303
    assert facts(number, Ticket.status) is TicketStatus.OPEN


@pytest.mark.parametrize(
    "status", [TicketStatus.OPEN, TicketStatus.WAITING_ON_CUSTOMER, TicketStatus.IN_PROGRESS]
)
def test_an_open_one_is_left_alone(as_carl, number, deed, facts, status):
    deed("ana", change_status, number, to=status)

    sent = as_carl.post(f"/portal/tickets/{number}/reopening")

    assert sent.status == 303
    assert facts(number, Ticket.status, Ticket.reopen_count) == (status, 0)
