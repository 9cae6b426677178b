"""Asking a colleague to take part, from the request's page and with a new request."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import change_status
from tests.conftest import person_named
from tests.web.customers.conftest import ticket_numbered


@pytest.fixture
def told(acting):
    """`told()` are the addresses that were told they take part."""

    def look():
        with acting("ana"):
            mails = select(OutboxMessage).where(OutboxMessage.purpose == MailPurpose.ADDED_TO_TICKET)
            from helpdesk.mail.models import OutboxRecipient

            to = (
                select(EmailAddress.email)
                .join(OutboxRecipient, OutboxRecipient.address_id == EmailAddress.id)
                .where(OutboxRecipient.message_id.in_(mails.with_only_columns(OutboxMessage.id)))
            )
            return sorted(db.session.scalars(to))

    return look


def names(acting, number):
    with acting("ana"):
        people = select(User.id).join(Ticket.participants).where(Ticket.ticket_number == number)
        ids = set(db.session.scalars(people))
        emails = select(EmailAddress.email).where(EmailAddress.user_id.in_(ids))
        return sorted(db.session.scalars(emails))


def test_a_colleague_is_added_told_and_can_read(as_carl, as_cora, number, acting, told):
    assert as_cora.get(f"/portal/tickets/{number}").status == 404

    sent = as_carl.post(f"/portal/tickets/{number}/participants", {"email": " Cora@Customer.example "})

    assert (sent.status, sent.location) == (303, f"/portal/tickets/{number}")
    assert "We wrote to them." in as_carl.get(sent.location).text
    assert names(acting, number) == ["cora@customer.example"]
    assert told() == ["cora@customer.example"]
    assert as_cora.get(f"/portal/tickets/{number}").status == 200
    assert "Cora Colleague" in as_carl.get(sent.location).text


def test_somebody_unknown_becomes_a_customer_yet_to_be_confirmed(as_carl, number, acting, told):
    as_carl.post(f"/portal/tickets/{number}/participants", {"email": "nina@new.example"})

    assert told() == ["nina@new.example"]
    with acting("ana"):
        key = EmailAddress.email_key == "nina@new.example"
        address = db.session.scalars(select(EmailAddress).where(key)).one()
        assert address.verified_at is None
        person = db.session.get_one(User, address.user_id)
        assert (person.is_staff, person.organization_id, person.password_hash) == (False, None, None)


@pytest.mark.parametrize("email", ["carl@customer.example", "cora@customer.example"])
def test_who_takes_part_already_is_not_told_again(as_carl, number, told, acting, email):
    as_carl.post(f"/portal/tickets/{number}/participants", {"email": "cora@customer.example"})

    assert as_carl.post(f"/portal/tickets/{number}/participants", {"email": email}).status == 303
    assert told() == names(acting, number) == ["cora@customer.example"]


@pytest.mark.parametrize("email", ["ana@desk.example", "ada@desk.example", "olga@stranger.example"])
def test_staff_and_who_left_are_refused_alike(as_carl, number, acting, told, email):
    with acting("ada"):
        person_named("olga").is_active = False

    page = as_carl.post(f"/portal/tickets/{number}/participants", {"email": email})

    assert page.status == 422
    assert f"{email} cannot be added here. Leave the address out, or use another one." in page.text
    assert f'value="{email}"' in page.html
    assert '<details class="aside-more" open>' in page.html
    assert (names(acting, number), told()) == ([], [])


@pytest.mark.parametrize("email", ["", "nobody", "a@", "a b@c.example", "x" * 400 + "@c.example"])
def test_what_is_no_address_is_refused_with_the_words_kept(as_carl, number, acting, email):
    page = as_carl.post(f"/portal/tickets/{number}/participants", {"email": email})

    assert page.status == 422
    assert f'value="{email}"' in page.html
    assert "It burns." in page.text
    assert names(acting, number) == []


def test_no_more_than_twenty_take_part(as_carl, number, acting):
    answers = [
        as_carl.post(f"/portal/tickets/{number}/participants", {"email": f"p{each}@new.example"}).status
        for each in range(21)
    ]

    assert answers == [303] * 20 + [422]
    assert len(names(acting, number)) == 20


def test_who_names_many_addresses_has_to_wait(as_carl, asked, acting):
    answers = []
    for _ in range(2):
        number = asked("carl")
        answers += [
            as_carl.post(f"/portal/tickets/{number}/participants", {"email": f"q{each}@new.example"}).status
            for each in range(16)
        ]

    assert answers == [303] * 30 + [429] * 2
    page = as_carl.post(f"/portal/tickets/{number}/participants", {"email": "late@new.example"})
    assert "Many addresses were named here lately. Try again in 60 minutes." in page.text
    assert 'value="late@new.example"' in page.html


def test_only_who_sees_the_request_adds_to_it(as_olga, as_nobody, as_ana, number, acting):
    path, form = f"/portal/tickets/{number}/participants", {"email": "olga@stranger.example"}

    assert as_olga.post(path, form).status == 404
    assert as_nobody.post(path, form).location.startswith("/login")
    assert as_ana.post(path, form).location.startswith("/agent")
    assert names(acting, number) == []


class TestWithANewRequest:
    FORM = {"title": "The printer", "content": "It burns."}

    @pytest.mark.parametrize(
        "typed",
        [
            "cora@customer.example, nina@new.example",
            "nina@new.example;cora@customer.example;CORA@customer.example",
            "Nina New <nina@new.example>, Cora <cora@customer.example>",
            "cora@customer.example nina@new.example carl@customer.example",
        ],
    )
    def test_two_are_told_and_the_receipt_says_so(self, as_carl, acting, told, typed):
        sent = as_carl.post("/portal/tickets", {**self.FORM, "cc": typed})
        number = sent.location.rpartition("/")[2]
        page = as_carl.get(sent.location)

        assert sent.status == 303
        assert names(acting, number) == told() == ["cora@customer.example", "nina@new.example"]
        assert "2 more people can read it and answer." in page.text

    @pytest.mark.parametrize(
        "typed, complaint",
        [
            ("cora@customer.example, nobody", "“nobody” is not an e-mail address."),
            (", ".join(f"p{each}@new.example" for each in range(21)), "Name 20 people at most."),
            ("cora@customer.example, ana@desk.example", "ana@desk.example cannot be added here."),
        ],
    )
    def test_a_refused_address_undoes_the_whole_request(self, as_carl, acting, told, typed, complaint):
        page = as_carl.post("/portal/tickets", {**self.FORM, "cc": typed})

        assert page.status == 422
        assert complaint in page.text
        assert typed in page.html
        assert told() == []
        with acting("ana"):
            assert db.session.scalars(select(Ticket)).all() == []


def test_closed_too_long_ago_nobody_is_added(as_carl, number, deed):
    from datetime import timedelta

    from helpdesk.core import clock
    from helpdesk.tickets.models import TicketStatus

    with clock.freeze(clock.now() - timedelta(days=15)):
        deed("ana", change_status, number, to=TicketStatus.CLOSED)

    assert "Add a colleague" not in as_carl.get(f"/portal/tickets/{number}").text


def test_the_requester_stays_who_they_are(as_carl, number, acting):
    as_carl.post(f"/portal/tickets/{number}/participants", {"email": "cora@customer.example"})

    with acting("ana"):
        assert ticket_numbered(number).requester_id == person_named("carl").id
