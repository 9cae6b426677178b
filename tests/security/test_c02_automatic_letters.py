"""C02, our half: what the desk sends by itself says that it does, comes back to nobody, and ends."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.mail.operations.drafting import draft, post
from helpdesk.mail.templates import TICKETS
from helpdesk.tickets.events import CommentWritten, TicketOpened
from helpdesk.tickets.operations import assign, open_ticket, reply
from tests.mail.outgoing.conftest import mail_server, mailbox, send_all, sink  # noqa: F401 — fixtures

AUTOMATIC = [each for each in MailPurpose if each is not MailPurpose.TICKET_ANSWERED]
UNSENT = {  # there is nothing to confirm
    MailPurpose.CONFIRM_EMAIL,
    MailPurpose.INVITATION,
    MailPurpose.CONFIRM_ADDRESS,
    MailPurpose.CONFIRM_REQUEST,
}


def address_of(person):
    return db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()


def count(purpose):
    return len(db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.purpose == purpose)).all())


@pytest.mark.parametrize("has_plus", [False, True])
@pytest.mark.parametrize("purpose", [each for each in AUTOMATIC if each not in UNSENT])
def test_every_automatic_letter_says_so(ticket, carl, mailbox, sink, send_all, purpose, has_plus):  # noqa: F811
    mailbox.has_plus_addresses = has_plus
    send_all()
    about = {"ticket": ticket} if purpose in TICKETS else {}
    if purpose is MailPurpose.CUSTOMER_ANSWERED:
        about["comment"] = reply(ticket, by=carl, content="It burns on.")
    if purpose is MailPurpose.DELIVERY_FAILED:
        return  # tests/mail/outgoing/test_failing.py
    sink.mails.clear()
    post(draft(purpose, to=[(carl, address_of(carl))], **about))
    send_all()
    mail = sink.last

    assert mail.message["Auto-Submitted"] in ("auto-generated", "auto-replied")
    assert mail.message["X-Auto-Response-Suppress"] == "All"
    assert mail.message["X-Helpdesk-Loop"]
    assert mail.mail_from == "" or mail.mail_from.startswith("support+hd")


def test_machines_and_old_mails_get_no_acknowledgement(carl, work):
    opened = open_ticket(requester=carl, by=carl, title="x", description="x")
    before = count(MailPurpose.TICKET_RECEIVED)
    publish(TicketOpened(opened, by=carl, is_automatic=True))

    assert count(MailPurpose.TICKET_RECEIVED) == before == 1


def test_one_address_gets_five_acknowledgements_an_hour(carl, work):
    for _turn in range(9):
        open_ticket(requester=carl, by=carl, title="Out of office", description="I am away.")

    assert count(MailPurpose.TICKET_RECEIVED) == 5


def test_nothing_is_ever_written_to_an_address_of_ours(ticket, ana, carl, mailbox):  # noqa: F811
    address = address_of(carl)
    address.email = address.email_key = "support+carl@desk.example"
    db.session.flush()
    open_ticket(requester=carl, by=carl, title="Hello", description="It is me, your inbox.")
    reply(ticket, by=ana, content="Who is there?")

    assert count(MailPurpose.TICKET_RECEIVED) == 1  # from before
    assert count(MailPurpose.TICKET_ANSWERED) == 0


def test_what_a_machine_answers_is_told_to_nobody(ticket, carl, ana, work):
    assign(ticket, to=ana, by=ana)
    comment = reply(ticket, by=carl, content="I am out of office.")
    before = count(MailPurpose.CUSTOMER_ANSWERED)
    publish(CommentWritten(comment, ticket=ticket, by=carl, is_automatic=True))

    assert count(MailPurpose.CUSTOMER_ANSWERED) == before == 1
