"""E03: of an internal note no byte reaches a customer: text, file, file's name, or the fact that it is there."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Organization, Sharing
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Ticket, TicketStatus
from helpdesk.tickets.operations import (
    add_participant,
    assign,
    change_status,
    note,
    open_ticket,
    reply,
)
from tests.conftest import person_named
from tests.security.canaries import CANARIES, NAME, OUTSIDERS, TEXT, bytes_of, haunt, leaks
from tests.security.matrix import Asking, cases, undone
from tests.security.routes import ROUTES
from tests.security.things import world
from tests.support.furnished import numbered
from tests.support.letters import mails_about
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

ADDRESS = re.compile(r'(?:href|action|formaction|src)="(/[^"#]*)')


@pytest.fixture
def haunted(acting):
    """Carl's request, shared with everybody, in which staff note canaries before, between and after their answers."""
    with acting("ada") as ada:
        carl, ana = person_named("carl"), person_named("ana")
        db.session.scalars(select(Organization)).one().sharing = Sharing.EVERYONE
        ticket = open_ticket(requester=carl, by=carl, title="The printer is on fire", description="It burns.")
        add_participant(ticket, person=person_named("olga"), by=ada)
        haunt(ticket, by=ana)
        assign(ticket, to=person_named("ben"), by=ada)
        reply(ticket, by=carl, content="Thanks.")
        note(ticket, by=ana, content=f"{TEXT} last")
        return ticket.ticket_number


def crawl(browser, start, *, within=""):
    """Every page and file that can be reached from here by links: all, or those whose address begins so."""
    seen, ahead = {}, [start]
    while ahead:
        path = ahead.pop()
        if path in seen or path.startswith(("/static/", "/logout")) or not path.startswith(within):
            continue
        answer = browser.get(path)
        seen[path] = answer
        found = [each.replace("&amp;", "&") for each in ADDRESS.findall(answer.html)]
        ahead += [each for each in found if each not in seen]
        if answer.location:
            ahead.append(answer.location)
    return seen


@pytest.mark.parametrize("name", ["carl", "cora", "olga"])
def test_no_page_and_no_file_of_the_portal_has_a_byte_of_a_note(browser, haunted, name):
    answers = crawl(browser(name), "/portal")

    assert f"/portal/tickets/{haunted}" in answers
    assert len([path for path in answers if path.startswith("/files/")]) == 3
    assert leaks(answers) == {}
    tally("pages and files searched for canaries", len(answers))


def test_the_canaries_would_be_found(browser, haunted):
    """The search itself works: for staff it finds each of them."""
    ticket = f"/agent/tickets/{haunted}"
    answers = crawl(
        browser("ana"), ticket, within=(ticket, "/files/", "/agent/people/", "/agent/organizations/")
    )
    found = "".join(bytes_of(answer) for answer in answers.values())

    assert all(canary in found for canary in CANARIES)


@pytest.mark.parametrize("actor", OUTSIDERS)
def test_no_address_at_all_answers_an_outsider_with_one(app, transaction, actor):
    """Every route there is, whatever its method, whether it lets them in or not; and every search there is."""
    desk = RealDesk(app)
    places = world(desk)
    with desk.doing("ana") as ana:
        for thing in ("own", "foreign"):
            haunt(numbered(places[thing]), by=ana)
    ask = Asking(desk, places, actor)
    answers = {}
    for case in cases(app, ROUTES, places):
        with undone(transaction):
            answers[str(case)] = ask(case)
    for path in ("/portal/tickets", "/portal/organization", "/portal/colleagues"):
        for canary in CANARIES:
            found = ask.get(f"{path}?q={canary[-4:]}")
            answers[f"{path}?q={canary[-4:]}"] = found
    tally("answers to outsiders searched for canaries", len(answers))

    assert leaks(answers) == {}


@pytest.mark.parametrize("name", ["carl", "cora", "olga"])
def test_no_answer_to_a_form_has_one(browser, haunted, name):
    customer, path = browser(name), f"/portal/tickets/{haunted}"
    answers = {
        "refused": customer.post(f"{path}/replies", {"content": ""}),
        "refused by the operation": customer.post(f"{path}/replies", {"content": "\x00"}),
        "written": customer.post(f"{path}/replies", {"content": "More."}, follow=True),
        "solved": customer.post(f"{path}/closure", follow=True),
        "reopened": customer.post(f"{path}/reopening", follow=True),
        "new": customer.post("/portal/tickets", {"title": "A", "content": "B"}, follow=True),
        "searched": customer.get("/portal/tickets?q=7f3a&show=solved"),
    }

    assert leaks(answers) == {}


def test_the_files_of_notes_are_not_there(browser, haunted, acting):
    with acting("ana"):
        files = db.session.scalars(
            select(Attachment.public_id).where(Attachment.filename.like(f"{NAME}%"))
        ).all()

    for name in ("carl", "cora", "olga"):
        answers = {each: browser(name).get(f"/files/{each}") for each in files}
        assert {answer.status for answer in answers.values()} == {404}
        assert leaks(answers) == {}


def test_no_mail_has_one(haunted, acting):
    with acting("ada"):
        letters = mails_about(haunted)

    assert len(letters) >= 7  # received once, answered three times, to the requester and who takes part
    assert not any(canary in letter for letter in letters for canary in CANARIES)
    tally("mails searched for canaries", len(letters))


def test_a_note_moves_nothing_a_customer_can_measure(browser, haunted, acting):
    """Order, times, counts and sizes are the same with and without it."""
    as_carl, path = browser("carl"), f"/portal/tickets/{haunted}"
    with acting("carl") as carl:
        open_ticket(requester=carl, by=carl, title="Later", description="Second.")
    by_chance = re.compile(
        r'nonce="[^"]+"|name="csrf-token" content="[^"]+"|value="[^"]{36,}"|<time.*?</time>'
    )
    before = [by_chance.sub("", as_carl.get(each).html) for each in ("/portal/tickets", path)]

    with acting("ana") as ana:
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == haunted)).one()
        note(ticket, by=ana, content=f"{TEXT} again")

    assert [by_chance.sub("", as_carl.get(each).html) for each in ("/portal/tickets", path)] == before


def test_the_last_words_of_the_list_are_the_last_public_ones(browser, acting):
    with acting("ana") as ana:
        carl = person_named("carl")
        ticket = open_ticket(requester=carl, by=carl, title="Only noted", description="Public words.")
        note(ticket, by=ana, content=TEXT)
        change_status(ticket, to=TicketStatus.IN_PROGRESS, by=ana)

    page = browser("carl").get("/portal/tickets")

    assert "You: Public words." in page.text
    assert TEXT not in page.html
