"""Who came by the mailed link of one request: its page, without what belongs to an account."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, OrganizationRole
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.operations import change_status
from helpdesk.tickets.operations.keys import mint_key
from tests.conftest import person_named
from tests.web.customers.conftest import ticket_numbered
from tests.web.customers.test_searching import unread


@pytest.fixture
def holder(as_nobody, acting, number):
    """A browser that has followed the link to Carl's ticket; he manages his organization."""
    with acting("ana"):
        carl = person_named("carl")
        carl.organization_role = OrganizationRole.MANAGER
        address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == carl.id)).one()
        key = mint_key(ticket_numbered(number), person=carl, address=address)
    as_nobody.get(f"/open/{key}")
    return as_nobody


def test_the_page_has_no_way_to_other_pages_and_nobody_is_added(holder, number):
    page = holder.get(f"/portal/tickets/{number}")

    assert page.status == 200
    assert "It burns." in page.text
    assert "Show all my requests" in page.text
    for missing in ("Add a colleague", "Customer Inc", "Sign out", 'href="/portal/tickets"'):
        assert missing not in page.html


def test_paper_answer_and_solved_work(holder, number, facts):
    assert holder.get(f"/portal/tickets/{number}/print").status == 200
    assert holder.post(f"/portal/tickets/{number}/replies", {"content": "More."}).status == 303
    assert holder.post(f"/portal/tickets/{number}/closure").status == 303
    assert facts(number, Ticket.status) is TicketStatus.RESOLVED


@pytest.mark.parametrize(
    "path", ["participants", "../../colleagues/invitations", "../../membership", "../../tickets"]
)
def test_nothing_else_can_be_done(holder, number, acting, path):
    sent = holder.post(
        f"/portal/tickets/{number}/{path}", {"email": "nina@new.example", "title": "A", "content": "B"}
    )

    assert sent.status in (303, 308, 404)
    with acting("ana"):
        emails = db.session.scalars(select(EmailAddress.email))
        assert "nina@new.example" not in list(emails)
        assert len(db.session.scalars(select(Ticket)).all()) == 1


def test_what_was_read_by_the_link_is_read(holder, as_carl, answered, number):
    answered(number)
    assert unread(as_carl.get("/portal/tickets")) == ["The printer is on fire"]

    holder.get(f"/portal/tickets/{number}")

    assert unread(as_carl.get("/portal/tickets")) == []


def test_too_late_the_answer_is_a_new_request_and_the_page_stays(holder, deed, acting, number):
    with clock.freeze(clock.now() - timedelta(days=15)):
        deed("ana", change_status, number, to=TicketStatus.CLOSED)

    sent = holder.post(f"/portal/tickets/{number}/replies", {"content": "It burns again."})
    page = holder.get(sent.location)

    assert (sent.status, sent.location) == (303, f"/portal/tickets/{number}")
    with acting("ana"):
        written = db.session.scalars(select(Comment).where(Comment.content == "It burns again.")).one()
        opened = db.session.get_one(Ticket, written.ticket_id)
        assert opened.ticket_number != number
        assert opened.requester_id == person_named("carl").id
        assert f"Your answer is the new request {opened.ticket_number}." in page.text
    assert holder.get(f"/portal/tickets/{opened.ticket_number}").status != 200
