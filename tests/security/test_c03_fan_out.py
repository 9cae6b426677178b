"""C03: what a machine sends reaches its requester's ticket alone, and nothing automatic goes to a Cc list.

Rules that trigger each other do not exist yet: there is nothing that could run them.
"""

from importlib.util import find_spec

from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Ticket, TicketStatus, ticket_participants
from helpdesk.tickets.operations import change_status
from tests.support.letters import FROM_NOBODY, a_mailbox, arrives

PROVEN = "mx.desk.example; dmarc=pass header.from=new.example"


def mailed_to():
    return db.session.scalars(select(EmailAddress.email).join(OutboxRecipient.address)).all()


def test_C03_an_acknowledgement_goes_to_the_requester_only(work):
    mailbox = a_mailbox(authserv_id="mx.desk.example")
    mail = arrives(
        mailbox,
        sender=FROM_NOBODY,
        cc="cora@customer.example, olga@stranger.example",
        authentication_results=PROVEN,
    )

    takes_part = select(ticket_participants.c.user_id).where(
        ticket_participants.c.ticket_id == mail.ticket_id
    )
    assert len(db.session.scalars(takes_part).all()) == 2
    assert mailed_to() == ["nora@new.example"]


def test_C03_nobody_in_cc_of_a_machine_takes_part(work):
    mail = arrives(
        a_mailbox(authserv_id="mx.desk.example"),
        sender=FROM_NOBODY,
        cc="cora@customer.example",
        authentication_results=PROVEN,
        auto_submitted="auto-generated",
    )

    takes_part = select(ticket_participants.c.user_id).where(
        ticket_participants.c.ticket_id == mail.ticket_id
    )
    assert db.session.scalars(takes_part).all() == []
    assert mailed_to() == []


def test_C03_our_own_letters_reopen_nothing(work, ticket, ana):
    change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    ours = db.session.scalars(select(OutboxMessage)).one()
    mailbox = a_mailbox()
    arrives(mailbox, sender="support@desk.example", in_reply_to=ours.message_id)
    arrives(mailbox, message_id=ours.message_id, in_reply_to=ours.message_id)
    db.session.refresh(ticket)

    assert ticket.status is TicketStatus.CLOSED
    assert len(db.session.scalars(select(Ticket.id)).all()) == 1


def test_C03_there_are_no_rules_yet_that_could_fire_each_other():
    assert find_spec("helpdesk.automation") is None
