"""E03 once more, by the ways beside a page: its headers alone, a fragment, a question whether it changed, answers that
wait or were taken back, counts, and mails that quote."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, HeldComment, HeldFor
from helpdesk.tickets.operations import Upload, add_participant, open_ticket, reply
from helpdesk.tickets.operations.holding import Hold, take_back
from tests.conftest import person_named
from tests.security.canaries import CANARIES, CONTENT, NAME, OUTSIDERS, TEXT, haunt, leaks
from tests.security.matrix import Asking, cases
from tests.security.routes import ROUTES
from tests.security.things import world
from tests.support.furnished import numbered
from tests.support.letters import mails_about
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

YEARS_AGO = "Sat, 01 Jan 2000 00:00:00 GMT"
BY_CHANCE = re.compile(r'nonce="[^"]+"|name="csrf-token" content="[^"]+"|value="[^"]{36,}"')


@pytest.fixture
def waited(acting):
    """Carl's request, on which one answer waits, one is to be taken back any moment, and one was."""
    with acting("ana") as ana:
        carl = person_named("carl")
        ticket = open_ticket(requester=carl, by=carl, title="The printer is on fire", description="It burns.")
        haunt(ticket, by=ana)
        for reason in (HeldFor.LATER, HeldFor.UNDO, HeldFor.UNDO):
            hold = Hold(clock.now() + timedelta(hours=1), reason=reason)
            file = Upload(f"{NAME}-held.txt", io.BytesIO(CONTENT.encode()))
            last = reply(ticket, by=ana, content=f"{TEXT} held", uploads=[file], hold=hold)
        take_back(db.session.get_one(HeldComment, last.id), by=ana)
        add_participant(ticket, person=person_named("olga"), by=ana)
        reply(ticket, by=ana, content="The last word.")
        return ticket.ticket_number


@pytest.mark.parametrize("actor", OUTSIDERS)
def test_no_header_fragment_or_repeated_question_tells_one(app, transaction, actor):
    desk = RealDesk(app)
    places = world(desk)
    with desk.doing("ana") as ana:
        for thing in ("own", "foreign"):
            haunt(numbered(places[thing]), by=ana)
    ask = Asking(desk, places, actor)
    answers, heads = {}, []
    for case in cases(app, ROUTES, places):
        if case.method != "GET":
            continue
        head = answers[f"head {case}"] = ask.get(case.path, method="HEAD")
        heads.append(head.html)
        known = {"If-Modified-Since": YEARS_AGO, "If-None-Match": head.headers.get("ETag", "*")}
        answers[f"again {case}"] = ask.get(case.path, headers=known)
        answers[f"fragment {case}"] = ask.get(case.path, headers={"HX-Request": "true"})

    assert leaks(answers) == {}
    assert set(heads) == {""}


@pytest.mark.parametrize("name", ["carl", "olga"])
def test_answers_that_wait_or_were_taken_back_are_not_there(browser, waited, acting, name):
    customer, path = browser(name), f"/portal/tickets/{waited}"
    with acting("ana"):
        files = db.session.scalars(
            select(Attachment.public_id).where(Attachment.filename == f"{NAME}-held.txt")
        ).all()
    pages = {
        each: customer.get(each) for each in (path, f"{path}/print", "/portal/tickets", "/portal/profile")
    }
    held = {each: customer.get(f"/files/{each}") for each in files}

    assert "The last word." in pages[path].text
    assert "The last word." in pages[f"{path}/print"].text
    assert len(files) == 2  # that of the answer that was taken back belongs to a draft again
    assert {answer.status for answer in held.values()} == {404}
    assert leaks(pages | held) == {}


def test_a_search_for_a_note_is_like_one_for_nothing(as_carl, waited):
    """The same page, the same counts, as for a word of the same length that stands nowhere."""
    for canary in (TEXT, CONTENT, NAME):
        nothing = "z" * len(canary)
        found, none = (as_carl.get(f"/portal/tickets?q={word}").html for word in (canary, nothing))

        assert BY_CHANCE.sub("", found.replace(canary, nothing)) == BY_CHANCE.sub("", none)
        tally("searches for canaries")


def test_no_mail_quotes_one(waited, acting):
    with acting("ada"):
        letters = mails_about(waited)

    assert any("The last word." in letter for letter in letters)
    assert not any(canary in letter for letter in letters for canary in CANARIES)
    tally("mails searched for canaries", len(letters))
