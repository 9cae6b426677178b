"""Asking without an account: confirmed by mail first, then a ticket."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import OneTimeToken
from helpdesk.mail.models import OutboxMessage
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets import jobs
from helpdesk.tickets.models import Attachment, GuestRequest, StagedFile, Ticket
from tests.support.readable import untranslated

ASKED = {
    "full_name": "Gwen Guest",
    "email": "gwen@guest.example",
    "title": "My parcel is lost",
    "content": "It should have come on Monday.\r\n\r\nWhere is it?",
}
SENT = "/ask/sent"


def count(acting, model):
    with acting("ana"):
        return db.session.scalars(select(func.count()).select_from(model)).one()


def confirmed(browser, console, **more):
    browser.post("/ask", ASKED | more)
    (link,) = console().paths
    return browser.post(link)


def test_from_asking_to_reading(as_nobody, console, acting):
    sent = as_nobody.post("/ask", ASKED)
    page = as_nobody.get(sent.location)
    assert (sent.status, sent.location) == (303, SENT)
    assert "gwen@guest.example" in page.text
    assert count(acting, Ticket) == 0

    mail = console()
    asked = as_nobody.get(mail.paths[0])
    assert mail.letters == [("gwen@guest.example", "Confirm your request to Test desk")]
    assert "My parcel is lost" in asked.text
    assert "Where is it?" in asked.text
    assert count(acting, Ticket) == 0

    done = as_nobody.post(mail.paths[0])
    with acting("ana"):
        ticket = db.session.scalars(select(Ticket)).one()
        gwen = db.session.get_one(User, ticket.requester_id)
        assert (ticket.title, ticket.creator_id, gwen.full_name) == (ASKED["title"], gwen.id, "Gwen Guest")
        address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == gwen.id)).one()
        assert address.verified_at is not None
        number = ticket.ticket_number
    assert done.location == f"/portal/tickets/{number}"
    shown = as_nobody.get(done.location)
    assert f"Its number is {number}" in shown.text
    assert "Where is it?" in shown.text
    assert as_nobody.get("/portal/tickets").location == "/open/all"
    assert console().letters == [("gwen@guest.example", f"My parcel is lost [{number}]")]


def test_nothing_a_stranger_typed_is_in_the_mail(as_nobody, acting, console, capsys):
    as_nobody.post("/ask", ASKED | {"full_name": "Buy pills", "title": "at pills.example", "content": "now"})
    console()
    with acting("ada"):
        from helpdesk.mail.models import OutboxRecipient
        from helpdesk.mail.queries import one_recipient
        from helpdesk.mail.rendering import render_for_admin

        recipient = db.session.scalars(select(OutboxRecipient.id)).one()
        letter = render_for_admin(db.session.scalars(one_recipient(recipient)).one())

    assert re.findall("pills|now", letter.subject + letter.text + letter.to_name) == []


def test_files_come_along(as_nobody, console, acting):
    done = confirmed(as_nobody, console, files=[(io.BytesIO(b"some text"), "log.txt")])

    with acting("ana"):
        public_id = db.session.scalars(select(Attachment.public_id)).one()
    assert count(acting, StagedFile) == 0
    assert "log.txt" in as_nobody.get(done.location).text
    assert as_nobody.get(f"/files/{public_id}").response.data == b"some text"


def test_it_is_confirmed_once(as_nobody, browser, console, acting):
    as_nobody.post("/ask", ASKED)
    (link,) = console().paths

    answers = [browser().post(link).status for _ in range(2)]

    assert answers == [303, 410]
    assert browser().get(link).status == 410
    assert count(acting, Ticket) == 1


def test_sending_twice_asks_once(as_nobody, console, acting):
    key = {"submission_key": "6e3c7f5e-7a55-4b37-9d0f-6d5a3a1f0c11"}
    answers = [as_nobody.post("/ask", ASKED | key).location for _ in range(2)]

    assert answers == [SENT, SENT]
    assert count(acting, GuestRequest) == 1


def test_a_customer_keeps_name_and_tickets(as_nobody, console, acting):
    done = confirmed(as_nobody, console, email="Carl@Customer.example", full_name="Mallory")

    with acting("ana"):
        ticket = db.session.scalars(select(Ticket)).one()
        assert db.session.get_one(User, ticket.requester_id).full_name == "Carl Customer"
    assert as_nobody.get(done.location).status == 200
    assert as_nobody.get("/portal/tickets").location == "/open/all"


@pytest.mark.parametrize("email", ["ana@desk.example", "carl@customer.example", "new@guest.example"])
def test_known_and_unknown_look_alike(browser, email):
    asking = browser()
    sent = asking.post("/ask", ASKED | {"email": email})

    assert (sent.status, sent.location) == (303, SENT)
    assert email in asking.get(SENT).text


def test_staff_get_no_mail(as_nobody, console, acting):
    as_nobody.post("/ask", ASKED | {"email": "ana@desk.example"})

    assert console().letters == []


def test_what_a_machine_fills_in_goes_nowhere(as_nobody, console, acting):
    answer = as_nobody.post("/ask", ASKED | {"website": "http://pills.example"})

    assert (answer.status, answer.location) == (303, SENT)
    assert console().letters == []
    assert count(acting, GuestRequest) == 0


def test_three_mails_an_hour_go_to_one_address(browser, console, acting):
    answers = {browser().post("/ask", ASKED).status for _ in range(5)}

    assert answers == {303}
    assert len(console().letters) == 3
    assert count(acting, GuestRequest) == 3


def test_a_network_asks_ten_times_an_hour(browser):
    answers = [
        browser().post("/ask", ASKED | {"email": f"guest{number}@guest.example"}).status
        for number in range(11)
    ]

    assert answers == [303] * 10 + [429]


def test_too_often_keeps_what_was_typed(browser):
    for number in range(10):
        browser().post("/ask", ASKED | {"email": f"guest{number}@guest.example"})
    refused = browser().post("/ask", ASKED)

    assert "It should have come on Monday." in refused.html
    assert "What you wrote is kept below." in refused.text


@pytest.mark.parametrize(
    "missing, said",
    [
        ("title", "Give it a title"),
        ("content", "Describe it"),
        ("email", "Type your e-mail address"),
        ("full_name", "Type the name"),
    ],
)
def test_a_refused_form_keeps_the_rest(as_nobody, missing, said):
    page = as_nobody.post("/ask", ASKED | {missing: ""})

    assert page.status == 422
    assert said in page.text
    kept = [value for name, value in ASKED.items() if name not in (missing, "content")]
    assert [value for value in kept if value not in page.html] == []


def test_large_files_are_refused_with_the_words_kept(as_nobody):
    page = as_nobody.post("/ask", ASKED | {"files": [(io.BytesIO(b"x" * 10_000_001), "big.bin")]})

    assert page.status == 413
    assert "All files together may have 10 MB at most." in page.text
    assert "My parcel is lost" in page.html


def test_unconfirmed_ones_go_after_a_week(app, as_nobody, console, acting):
    as_nobody.post("/ask", ASKED | {"files": [(io.BytesIO(b"some text"), "log.txt")]})
    (link,) = console().paths
    with clock.freeze(clock.now() + timedelta(days=8)), acting("ada"):
        jobs.forget_guests()

    assert [count(acting, each) for each in (GuestRequest, StagedFile, OneTimeToken)] == [0, 0, 0]
    assert count(acting, OutboxMessage) == 1
    assert as_nobody.get(link).status == 410


def test_a_desk_may_take_no_guests(as_nobody, acting):
    with acting("ada"):
        change_settings(allows_guests=False, allows_sign_up=False)

    assert [as_nobody.get(path).location for path in ("/ask", "/register")] == ["/login"] * 2
    assert as_nobody.post("/ask", ASKED).location == "/login"
    page = as_nobody.get("/login")
    assert "/ask" not in page.html
    assert "/register" not in page.html


@pytest.mark.parametrize("name, home", [("carl", "/portal/tickets/new"), ("ana", "/agent/queues/unassigned")])
def test_who_has_an_account_asks_there(browser, name, home):
    assert browser(name).get("/ask").location == home


def test_confirmed_where_somebody_else_is_signed_in(as_nobody, as_olga, console, acting):
    as_nobody.post("/ask", ASKED)
    (link,) = console().paths
    page = as_olga.post(link)

    assert page.status == 200
    assert "Its number is HD-" in page.text
    assert as_olga.get("/portal/tickets").status == 200
    with acting("ana"):
        gwen = select(EmailAddress.user_id).where(EmailAddress.email == "gwen@guest.example")
        assert db.session.scalars(select(Ticket.requester_id)).one() == db.session.scalars(gwen).one()


def test_every_word_is_translated(as_nobody, pseudo):
    for page in (as_nobody.get("/ask"), as_nobody.post("/ask", {}), as_nobody.get("/open")):
        assert untranslated(page.html) == []
