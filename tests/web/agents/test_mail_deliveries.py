"""Answers that did not arrive: told where they were written, sent again one by one and in bulk, or seen to."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.failing import delivery_failed
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import add_participant, reply
from tests.conftest import person_named
from tests.web.agents.conftest import ticket_numbered

ANSWER = "550 5.1.1 <carl@customer.example>: User unknown"


@pytest.fixture
def lost(acting: Any, asked: Any) -> Any:
    """`lost()` is a ticket of which an answer to Carl came back; `lost("cora")` one that Cora reads as well."""

    def lose(*names: str, title: str = "The printer is on fire") -> str:
        number: str = asked(title=title)
        with acting("ana") as ana:
            ticket = ticket_numbered(number)
            for name in names:
                add_participant(ticket, person=person_named(name), by=ana)
            comment = reply(ticket, by=ana, content="Use water.")
            for recipient in recipients(comment.id):
                recipient.state = DeliveryState.SENT
                delivery_failed(recipient, state=DeliveryState.BOUNCED, answer=ANSWER)
        return number

    return lose


def recipients(comment_id: int) -> list[OutboxRecipient]:
    found = select(OutboxRecipient).join(OutboxMessage).where(OutboxMessage.comment_id == comment_id)
    return list(db.session.scalars(found.where(OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED)))


@pytest.fixture
def states(acting: Any) -> Any:
    def look(number: str) -> list[str]:
        with acting("ada"):
            found = select(OutboxRecipient.state).join(OutboxMessage).join(OutboxMessage.ticket)
            answers = found.where(
                Ticket.ticket_number == number, OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED
            )
            return [state.value for state in db.session.scalars(answers.order_by(OutboxRecipient.id))]

    return look


def test_the_message_says_where_it_did_not_arrive_and_why(as_ana: Any, lost: Any, facts: Any) -> None:
    number = lost()

    page = as_ana.get(f"/agent/tickets/{number}")

    assert "An answer did not arrive." in page.text
    assert f"Not delivered. carl@customer.example: {ANSWER}" in page.text
    assert "Did not arrive at carl@customer.example" in page.text
    assert "Came back" in page.text
    assert facts(number, Ticket.status) is TicketStatus.OPEN


def test_what_was_lost_of_a_message_is_sent_again(as_ana: Any, lost: Any, states: Any) -> None:
    number = lost("cora")
    place = re.search(r'name="message" value="(\d+)"', as_ana.get(f"/agent/tickets/{number}").html)
    assert place is not None

    sent = as_ana.post(f"/agent/tickets/{number}/deliveries", {"message": place.group(1)})

    assert (sent.status, sent.location) == (303, f"/agent/tickets/{number}")
    assert states(number) == ["waiting", "waiting"]
    assert "2 mails will be sent again." in as_ana.get(sent.location).text


def test_one_delivery_is_sent_again_and_the_other_stays_lost(as_ana: Any, lost: Any, states: Any) -> None:
    number = lost("cora")
    one, _other = re.findall(r'name="delivery" value="(\d+)"', as_ana.get(f"/agent/tickets/{number}").html)

    as_ana.post(f"/agent/tickets/{number}/deliveries", {"delivery": one})

    assert states(number) == ["waiting", "bounced"]


def test_all_of_a_ticket_is_sent_again(as_ana: Any, lost: Any, states: Any) -> None:
    number = lost("cora")

    as_ana.post(f"/agent/tickets/{number}/deliveries", {})

    assert states(number) == ["waiting", "waiting"]
    assert as_ana.post(f"/agent/tickets/{number}/deliveries", {}).status == 409


def test_a_delivery_of_another_ticket_is_not_touched(as_ana: Any, lost: Any, asked: Any, states: Any) -> None:
    number, other = lost(), asked()
    (one,) = re.findall(r'name="delivery" value="(\d+)"', as_ana.get(f"/agent/tickets/{number}").html)

    refused = as_ana.post(f"/agent/tickets/{other}/deliveries", {"delivery": one})

    assert (refused.status, states(number)) == (409, ["bounced"])
    assert as_ana.post(f"/agent/tickets/{other}/deliveries", {"delivery": "x"}).status == 400


def test_who_has_told_them_in_another_way_takes_the_mark_off(as_ana: Any, lost: Any, facts: Any) -> None:
    number = lost()

    as_ana.post(f"/agent/tickets/{number}/deliveries/dismissal", {})

    assert facts(number, Ticket.delivery_failed_at) is None
    assert "An answer did not arrive." not in as_ana.get(f"/agent/tickets/{number}").text


def test_who_may_not_answer_may_not_send_again(
    as_ben: Any, lost: Any, permitted: Any, states: Any, number: str
) -> None:
    number = lost()
    permitted("ben", Permission.SEE_EVERY_TICKET)

    page = as_ben.get(f"/agent/tickets/{number}")

    assert "Send again" not in page.text
    assert as_ben.post(f"/agent/tickets/{number}/deliveries", {}).status == 403
    assert states(number) == ["bounced"]


class TestBulk:
    def test_ticked_tickets_are_sent_again_in_one_go(
        self, as_ana: Any, lost: Any, asked: Any, states: Any
    ) -> None:
        first, second, well = lost(title="one"), lost("cora", title="two"), asked(title="well")

        done = as_ana.post(
            "/agent/bulk-edits",
            {"in": "undelivered", "deed": "resend:", "number": [first, second, well]},
        )

        assert done.location == "/agent/queues/undelivered"
        assert states(first) + states(second) == ["waiting", "waiting", "waiting"]
        told = as_ana.get(done.location).text
        assert "What was lost of 2 tickets will be sent again. Of 1 nothing was lost." in told

    def test_all_that_match_are_shown_first(self, as_ana: Any, lost: Any) -> None:
        lost(title="one")
        lost(title="two")

        page = as_ana.get("/agent/bulk-edits/new?in=undelivered&all=1&deed=resend")

        assert "Send again what was lost of 2 tickets" in page.text

    def test_marks_are_taken_off_in_one_go(self, as_ana: Any, lost: Any, facts: Any) -> None:
        numbers = [lost(title="one"), lost(title="two")]

        as_ana.post("/agent/bulk-edits", {"in": "undelivered", "deed": "seen_to:", "number": numbers})

        assert [facts(number, Ticket.delivery_failed_at) for number in numbers] == [None, None]

    def test_the_bar_offers_it_where_something_was_lost(self, as_ana: Any, lost: Any, asked: Any) -> None:
        asked(title="well")
        before = as_ana.get("/agent/queues/open")
        lost()

        after = as_ana.get("/agent/queues/open")

        assert 'value="resend"' not in before.html
        assert 'value="resend"' in after.html

    def test_what_nobody_wants_any_more_stays_and_is_named(
        self, as_ana: Any, acting: Any, lost: Any, states: Any
    ) -> None:
        number = lost()
        with acting("ada"):
            person_named("carl").is_active = False

        done = as_ana.post("/agent/bulk-edits", {"in": "undelivered", "deed": "resend:", "number": [number]})

        assert states(number) == ["bounced"]
        assert "No ticket was changed." in as_ana.get(done.location).text
