"""Going on along the list after a deed."""

from helpdesk.tickets.models import Ticket, TicketStatus


def test_resolving_goes_on_to_the_next_of_the_list_and_at_its_end_to_the_list(as_ana, asked, facts):
    first, second = asked(title="First"), asked(title="Second")

    onward = as_ana.post(f"/agent/tickets/{first}/resolution?in=open", {"goes_on": "y"})
    over = as_ana.post(f"/agent/tickets/{second}/resolution?in=open", {"goes_on": "y"})

    assert (onward.status, onward.location) == (303, f"/agent/tickets/{second}?in=open")
    assert (over.status, over.location) == (303, "/agent/queues/open")
    assert facts(first, Ticket.status) is facts(second, Ticket.status) is TicketStatus.RESOLVED


def test_without_that_one_stays(as_ana, asked):
    number = asked()

    assert (
        as_ana.post(f"/agent/tickets/{number}/resolution?in=open").location
        == f"/agent/tickets/{number}?in=open"
    )
