"""Opening one request by the link in a mail, without signing in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.operations import reply
from helpdesk.tickets.operations.keys import LIFETIME, mint_key
from tests.conftest import person_named
from tests.support.statements import counted_statements


@pytest.fixture
def mailed(acting):
    """`mailed(number)` is the path of a link as a mail to Carl holds it."""

    def mint(number, *, to="carl"):
        with acting("ana"):
            person = person_named(to)
            address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()
            ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
            return f"/open/{mint_key(ticket, person=person, address=address)}"

    return mint


@pytest.fixture
def opened(as_nobody, mailed, number):
    """A browser in which Carl's link was followed."""
    as_nobody.get(mailed(number))
    return as_nobody


def test_the_link_leads_to_the_request_and_leaves_the_address(as_nobody, mailed, number):
    answer = as_nobody.get(mailed(number))
    page = as_nobody.get(answer.location)

    assert (answer.status, answer.location) == (303, f"/portal/tickets/{number}")
    assert "The printer is on fire" in page.text
    assert "/open/" not in re.sub(r'href="/open/all[^"]*"', "", page.html)


def test_it_works_again_and_in_another_browser(browser, mailed, number):
    link = mailed(number)

    assert [browser().get(link).location for _ in range(2)] == [f"/portal/tickets/{number}"] * 2


def test_an_answer_is_the_persons_own(opened, acting, number):
    sent = opened.post(f"/portal/tickets/{number}/replies", {"content": "It still burns."})

    assert sent.status == 303
    with acting("ana"):
        carl = person_named("carl").id
        last = db.session.scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()
        trail = select(AuditLog.user_id, AuditLog.via).order_by(AuditLog.id.desc()).limit(1)
        assert (last.content, last.author_id) == ("It still burns.", carl)
        assert tuple(db.session.execute(trail).one()) == (carl, "web")


def test_solved_and_open_again(opened, acting, number):
    opened.post(f"/portal/tickets/{number}/closure")
    with acting("ana"):
        assert db.session.scalars(select(Ticket.status)).one() is TicketStatus.RESOLVED
    opened.post(f"/portal/tickets/{number}/reopening")
    with acting("ana"):
        assert db.session.scalars(select(Ticket.status)).one() is TicketStatus.OPEN


def test_the_page_costs_few_statements(opened, number):
    with counted_statements() as seen:
        assert opened.get(f"/portal/tickets/{number}").status == 200

    assert len(seen) <= 9, seen


def test_two_links_are_open_side_by_side(as_nobody, acting, mailed, number):
    with acting("olga") as olga:
        from helpdesk.tickets.operations import open_ticket

        other = open_ticket(requester=olga, by=olga, title="Olga's", description="Hm.").ticket_number
    as_nobody.get(mailed(number))
    as_nobody.get(mailed(other, to="olga"))

    assert "The printer is on fire" in as_nobody.get(f"/portal/tickets/{number}").text
    assert "Olga's" in as_nobody.get(f"/portal/tickets/{other}").text


def test_signed_in_as_the_same_person_it_is_only_a_way(as_carl, mailed, number):
    answer = as_carl.get(mailed(number))

    assert answer.location == f"/portal/tickets/{number}"
    assert as_carl.get("/portal/tickets").status == 200


@pytest.mark.parametrize("name", ["olga", "ana"])
def test_signed_in_as_somebody_else_one_is_asked_first(browser, mailed, number, name):
    somebody = browser(name)
    answer = somebody.get(mailed(number))
    page = somebody.get(answer.location)
    home = somebody.get("/").location

    assert (answer.location, page.status) == ("/open", 200)
    assert "This link is for somebody else" in page.text
    assert home != "/login"
    assert somebody.post("/open").location == f"/portal/tickets/{number}"
    assert somebody.get(f"/portal/tickets/{number}").status == 200
    assert somebody.get("/").location == "/login"


def test_one_that_ended_can_be_had_anew(as_nobody, mailed, number, console):
    console()
    link = mailed(number)
    with clock.freeze(clock.now() + LIFETIME + timedelta(minutes=1)):
        page = as_nobody.get(as_nobody.get(link).location)
        sent = as_nobody.post("/open/renewal")
        mail = console()
        again = as_nobody.get(mail.paths[0])

    assert (page.status, sent.location) == (410, "/open/sent")
    assert "carl" not in page.text + as_nobody.get("/open/sent").text
    assert mail.letters == [("carl@customer.example", f"The printer is on fire [{number}]")]
    assert again.location == f"/portal/tickets/{number}"


def test_one_that_ends_while_it_is_open_says_so(opened, number):
    with clock.freeze(clock.now() + LIFETIME + timedelta(minutes=1)):
        answer = opened.get(f"/portal/tickets/{number}")
        assert (answer.location, opened.get("/open").status) == ("/open", 410)


def test_all_requests_need_a_mail_first(opened, number, console):
    console()
    led = opened.get("/portal/tickets")
    page = opened.get(led.location)
    sent = opened.post("/open/all", {"number": number})
    mail = console()

    assert led.location == "/open/all"
    assert "carl@customer.example" not in page.html
    assert sent.location == "/open/all/sent"
    assert mail.letters == [("carl@customer.example", "Your link to sign in at Test desk")]
    assert opened.post(mail.paths[0]).location == "/portal/tickets"
    assert opened.get("/portal/tickets").status == 200


def test_the_mailed_answer_holds_the_link(as_nobody, acting, number, console):
    console()
    with acting("ana") as ana:
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
        reply(ticket, by=ana, content="Have you tried water?")
    (link,) = console().paths

    assert "Have you tried water?" in as_nobody.get(as_nobody.get(link).location).text
