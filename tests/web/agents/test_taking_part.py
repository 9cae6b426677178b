"""What agents see of the customers' side: who reads along, and which ticket goes on from which."""

import re
from datetime import timedelta

from helpdesk.core import clock
from helpdesk.tickets.models import TicketStatus
from helpdesk.tickets.operations import answer, change_status, invite
from tests.web.customers.conftest import ticket_numbered


def test_who_takes_part_stands_beside_the_requester_and_above_the_answer(as_ana, acting, number):
    with acting("carl") as carl:
        for email in ("cora@customer.example", "nina@new.example"):
            invite(ticket_numbered(number), email=email, by=carl)

    page = as_ana.get(f"/agent/tickets/{number}")

    assert "Takes part CC Cora Colleague N nina@new.example" in page.text
    assert chips(page) == ["Carl Customer", "Cora Colleague", "nina@new.example"]


def chips(page):
    """Who gets the answer, as the composer says it."""
    ticked = r'name="(?:to|cc|bcc)" value="[^"]+" checked>(?:<span class="change"[^>]*>.</span>)?'
    return re.findall(ticked + r'<bdi class="truncate"[^>]*>([^<]+)</bdi>', page.html)


def test_a_ticket_that_goes_on_names_the_other(as_ana, acting, number):
    with acting("ana") as ana, clock.freeze(clock.now() - timedelta(days=15)):
        change_status(ticket_numbered(number), to=TicketStatus.CLOSED, by=ana)
    with acting("carl") as carl:
        opened = answer(ticket_numbered(number), by=carl, content="It burns again.").ticket.ticket_number

    assert f"Goes on in {opened}" in as_ana.get(f"/agent/tickets/{number}").text
    assert f"Goes on from {number}" in as_ana.get(f"/agent/tickets/{opened}").text


def test_alone_there_is_no_such_part(as_ana, number):
    page = as_ana.get(f"/agent/tickets/{number}")

    assert 'id="side-together"' not in page.html
