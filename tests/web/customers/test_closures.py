"""“Solved, thank you.”"""

from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import change_status


def test_the_requester_says_that_it_is_solved(as_carl, number, facts):
    sent = as_carl.post(f"/portal/tickets/{number}/closure")
    page = as_carl.get(sent.location)

    assert (sent.status, sent.location) == (303, f"/portal/tickets/{number}")
    assert "Good to hear." in page.text
    assert "This request is solved." in page.text
    assert facts(number, Ticket.status) is TicketStatus.RESOLVED
    assert facts(number, Ticket.resolved_at) is not None


def test_pressed_twice_it_is_solved_once(as_carl, number, facts):
    as_carl.post(f"/portal/tickets/{number}/closure")
    moment = facts(number, Ticket.resolved_at)

    again = as_carl.post(f"/portal/tickets/{number}/closure")

    assert again.status == 303
    assert facts(number, Ticket.resolved_at) == moment


def test_a_closed_one_stays_as_it_is_and_says_why(as_carl, number, deed, facts):
    deed("ana", change_status, number, to=TicketStatus.CLOSED)

    page = as_carl.post(f"/portal/tickets/{number}/closure")

    assert page.status == 409
    assert "This ticket is closed. Reopen it first" in page.text
    assert "It burns." in page.text
    assert facts(number, Ticket.status) is TicketStatus.CLOSED


def test_a_link_cannot_do_it(as_carl, number, facts):
    assert as_carl.get(f"/portal/tickets/{number}/closure").status == 405
    assert facts(number, Ticket.status) is TicketStatus.OPEN
