"""C04: an agent's vacation answer, bounce or read receipt to a notice is never published and changes nothing."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage
from helpdesk.mail.reply_tokens import new_message_id, plus_address, reply_token
from helpdesk.tickets.models import Comment, TicketStatus
from helpdesk.tickets.operations import change_status
from tests.support.letters import SUPPORT, a_mailbox, arrives, told, written

FROM_ANA = "Ana Agent <ana@desk.example>"
RECEIPT = (
    "From: ana@desk.example\r\nTo: {to}\r\nSubject: Read: a notice\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nIt was read.\r\n"
    "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
    "Final-Recipient: rfc822; ana@desk.example\r\n"
    "Disposition: automatic-action/MDN-sent-automatically; displayed\r\n\r\n--b--\r\n"
)


def vacation(to):
    return bytes(written(sender=FROM_ANA, to=to, auto_submitted="auto-replied", text="I am on a beach."))


def outlook(to):
    return bytes(written(sender=FROM_ANA, to=to, subject="Automatic reply: HD-1", text="I am on a beach."))


def receipt(to):
    return RECEIPT.format(to=to).encode()


@pytest.mark.parametrize(
    "status", [TicketStatus.WAITING_ON_CUSTOMER, TicketStatus.RESOLVED, TicketStatus.CLOSED]
)
@pytest.mark.parametrize("answer", [vacation, outlook, receipt])
def test_C04_an_answer_of_an_agents_machine_is_ignored(work, ticket, ana, answer, status):
    change_status(ticket, to=status, by=ana)
    before = db.session.scalars(select(OutboxMessage.id)).all()
    mail = arrives(a_mailbox(), answer(plus_address(SUPPORT, reply_token(ticket.id, ana.id))))
    db.session.refresh(ticket)

    assert told(mail) == ("ignored", "automatic")
    assert ticket.status is status
    assert len(db.session.scalars(select(Comment.id).where(Comment.ticket_id == ticket.id)).all()) == 1
    assert db.session.scalars(select(OutboxMessage.id)).all() == before


def test_C04_so_is_one_that_only_answers_the_message_id(work, ticket, ana):
    notice = new_message_id("desk.example", reply_token(ticket.id, ana.id))
    mail = arrives(
        a_mailbox(), sender=FROM_ANA, in_reply_to=notice, auto_submitted="auto-replied", text="On a beach."
    )

    assert told(mail) == ("ignored", "automatic")
