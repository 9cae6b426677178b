"""C01: what machines send is never answered and reopens nothing, but for a bounce of a letter of ours."""

import pytest
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.reply_tokens import plus_address, reply_token
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.operations import change_status, reply
from tests.support.letters import FROM_CARL, FROM_NOBODY, SUPPORT, a_mailbox, arrives, told

MACHINES = {
    "vacation": {"auto_submitted": "auto-replied"},
    "cron": {"auto_submitted": "auto-generated"},
    "bulk": {"precedence": "bulk"},
    "list": {"list_id": "<all.new.example>"},
    "another helpdesk": {"x_auto_response_suppress": "All", "auto_submitted": "auto-generated"},
    "out of office": {"subject": "Automatic reply: away"},
}
BOUNCE = """From: MAILER-DAEMON@mx.example
To: support@desk.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Nobody is called so here.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {email}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: message/rfc822-headers

Message-ID: {message_id}
Subject: Your request

--b--
"""


def bounce(message_id, *, email="carl@customer.example", action="failed", status="5.1.1"):
    text = BOUNCE.format(message_id=message_id, email=email, action=action, status=status)
    return text.replace("\n", "\r\n").encode()


def letters():
    return db.session.scalar(select(func.count()).select_from(OutboxMessage))


@pytest.fixture
def mailbox(work):
    return a_mailbox()


@pytest.fixture
def answered(mailbox, ticket, ana):
    """A letter that Carl got, of a ticket that is closed since."""
    comment = reply(ticket, by=ana, content="Use water.")
    change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.comment_id == comment.id)).one()
    recipients = select(OutboxRecipient).where(OutboxRecipient.message_id == message.id)
    db.session.scalars(recipients).one().state = DeliveryState.SENT
    db.session.flush()
    return message


@pytest.mark.parametrize("kind", MACHINES)
def test_C01_machines_out_of_the_blue_are_not_answered(mailbox, kind):
    before = letters()
    mail = arrives(mailbox, sender=FROM_NOBODY, **MACHINES[kind])

    assert told(mail)[1] == "automatic"
    assert told(mail)[0] in ("new_ticket", "ignored")
    assert letters() == before


@pytest.mark.parametrize("return_path", [None, ""])
def test_C01_the_null_return_path_is_a_machine_whatever_else_it_says(mailbox, return_path):
    mail = arrives(mailbox, sender=FROM_NOBODY, envelope_from=return_path)

    assert (told(mail)[1] == "automatic", letters() == 0) == (
        (True,) * 2 if return_path == "" else (False,) * 2
    )


@pytest.mark.parametrize("kind", MACHINES)
def test_C01_a_machine_that_answers_a_closed_ticket_is_kept_there_and_reopens_nothing(
    mailbox, ticket, carl, answered, kind
):
    before = letters()
    to = plus_address(SUPPORT, reply_token(ticket.id, carl.id))
    mail = arrives(mailbox, sender=FROM_CARL, to=to, **MACHINES[kind])
    db.session.refresh(ticket)

    assert ticket.status is TicketStatus.CLOSED
    assert letters() == before
    if kind == "list":  # people's words come through lists: they get a ticket of their own
        assert told(mail) == ("new_ticket", "automatic")
        return
    kept = db.session.get_one(Comment, mail.comment_id)
    assert told(mail) == ("reply", "automatic")
    assert (kept.ticket_id, kept.is_internal) == (ticket.id, True)


def test_C01_a_bounce_of_our_letter_reopens_and_is_kept_with_its_receiver(mailbox, ticket, answered):
    mail = arrives(mailbox, bounce(answered.message_id))
    db.session.refresh(ticket)
    recipient = db.session.get_one(OutboxRecipient, mail.recipient_id, populate_existing=True)

    assert told(mail) == ("bounce", None)
    assert (mail.ticket_id, recipient.message_id) == (ticket.id, answered.id)
    assert recipient.state is DeliveryState.BOUNCED
    assert "5.1.1" in recipient.last_error
    assert ticket.status is TicketStatus.OPEN
    assert ticket.delivery_failed_at is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"message_id": "<unknown@somewhere.example>"},
        {"action": "delayed", "status": "4.4.1"},
        {"action": "delivered", "status": "2.0.0"},
    ],
)
def test_C01_other_reports_change_nothing(mailbox, ticket, answered, changed):
    given = {"message_id": answered.message_id, **changed}
    before = letters()
    mail = arrives(mailbox, bounce(**given))
    db.session.refresh(ticket)

    assert told(mail)[0] == ("ignored" if "@somewhere" in given["message_id"] else "bounce")
    assert (ticket.status, ticket.delivery_failed_at) == (TicketStatus.CLOSED, None)
    assert letters() == before


def test_C01_a_second_bounce_of_the_same_letter_reopens_nothing_again(mailbox, ticket, ana, answered):
    arrives(mailbox, bounce(answered.message_id))
    change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    before = letters()
    arrives(mailbox, bounce(answered.message_id, status="5.2.2"))
    db.session.refresh(ticket)

    assert ticket.status is TicketStatus.CLOSED
    assert letters() == before


def test_C01_a_report_about_another_address_of_a_letter_to_several_marks_nobody(
    mailbox, ticket, ana, cora, carl
):
    from helpdesk.tickets.operations import add_participant

    add_participant(ticket, person=cora, by=ana)
    comment = reply(ticket, by=ana, content="Use water.")
    ours = db.session.scalars(select(OutboxMessage).where(OutboxMessage.comment_id == comment.id)).first()
    receivers = len(
        db.session.scalars(select(OutboxRecipient).where(OutboxRecipient.message_id == ours.id)).all()
    )
    mail = arrives(mailbox, bounce(ours.message_id, email="else@forwarded.example"))

    assert told(mail) == ("bounce", None)
    assert (mail.recipient_id is None) == (receivers > 1)


def test_C01_a_person_is_answered(mailbox):
    arrives(mailbox, sender=FROM_NOBODY)

    purposes = db.session.scalars(select(OutboxMessage.purpose)).all()
    assert purposes == [MailPurpose.TICKET_RECEIVED]
    assert db.session.scalars(select(Ticket.id)).all() != []
