"""C02, the mails that come in: our own, our copies, and machines without any mark end after a few and are told."""

import pytest
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage
from helpdesk.mail.operations.filing.unwanted import MOST_ALIKE, MOST_FROM_ONE
from helpdesk.mail.operations.releasing import recover
from helpdesk.mail.queries.alarms import AlarmKind, alarms
from helpdesk.tickets.models import Ticket
from tests.support.letters import FROM_NOBODY, a_mailbox, arrives, told


def letters():
    return db.session.scalar(select(func.count()).select_from(OutboxMessage))


def tickets():
    return db.session.scalar(select(func.count()).select_from(Ticket))


@pytest.mark.parametrize(
    "sender", ["support@desk.example", "Support@Desk.Example", "support+x@desk.example", "help@desk.example"]
)
def test_C02_a_customer_with_our_address_gets_nothing(work, sender):
    mail = arrives(a_mailbox(aliases=["help@desk.example"]), sender=sender)

    assert told(mail) == ("suspended", "own_mail")
    assert (tickets(), letters()) == (0, 0)


def test_C02_our_own_letter_that_comes_back_is_ignored(work, ticket):
    ours = db.session.scalars(select(OutboxMessage)).one()
    mail = arrives(a_mailbox(), sender=FROM_NOBODY, message_id=ours.message_id)

    assert told(mail) == ("ignored", "own_mail")
    assert (tickets(), letters()) == (1, 1)


def test_C02_a_form_on_our_own_site_can_be_let_in(work, ada, olga):
    mail = arrives(a_mailbox(), sender="support@desk.example", reply_to="olga@stranger.example")
    recover(mail, ada)
    from helpdesk.mail.operations.filing import file_message

    file_message(mail)
    db.session.refresh(mail)

    assert told(mail) == ("new_ticket", None)
    assert db.session.get_one(Ticket, mail.ticket_id).requester_id == olga.id


def test_C02_two_desks_that_acknowledge_each_other_end_at_once(work):
    mail = arrives(
        a_mailbox(),
        sender="help@other.example",
        subject="[OTHER-1] We have it",
        auto_submitted="auto-generated",
        x_helpdesk_loop="other",
    )

    assert told(mail) == ("new_ticket", "automatic")
    assert letters() == 0


def test_C02_machines_without_a_mark_end_after_five_with_an_alarm(work):
    mailbox = a_mailbox()
    mails = [
        arrives(
            mailbox,
            sender="robot@other.example",
            subject=f"Re: request {number} received",
            text=f"Your request #{number} has been received at 10:{number:02}.",
        )
        for number in range(10, 30)
    ]

    assert [told(mail) for mail in mails[:MOST_ALIKE]] == [("new_ticket", None)] * MOST_ALIKE
    assert {told(mail) for mail in mails[MOST_ALIKE:]} == {("suspended", "loop")}
    assert letters() <= 5
    assert [(alarm.kind, alarm.count) for alarm in alarms()] == [(AlarmKind.LOOP, 20 - MOST_ALIKE)]


def test_C02_machines_that_answer_within_a_ticket_end_too(work):
    mailbox = a_mailbox()
    first = arrives(mailbox, sender="robot@other.example", message_id="<0@other.example>")
    mails = [
        arrives(
            mailbox,
            sender="robot@other.example",
            in_reply_to="<0@other.example>",
            text=f"We are away until {number}.",
        )
        for number in range(12)
    ]

    assert {told(mail) for mail in mails[:MOST_ALIKE]} == {("reply", None)}
    assert {told(mail) for mail in mails[MOST_ALIKE:]} == {("suspended", "loop")}
    assert {mail.ticket_id for mail in mails[:MOST_ALIKE]} == {first.ticket_id}


def test_C02_a_flood_of_one_sender_ends(work, monkeypatch):
    monkeypatch.setattr("helpdesk.mail.operations.filing.unwanted.MOST_FROM_ONE", 8)
    mailbox = a_mailbox()
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    mails = [arrives(mailbox, sender="busy@other.example", text=word) for word in words]

    assert MOST_FROM_ONE > 8
    assert [told(mail)[0] for mail in mails] == ["new_ticket"] * 8 + ["suspended"] * 2
