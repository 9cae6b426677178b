"""Which ticket a mail goes to."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage
from helpdesk.mail.reply_tokens import plus_address, reply_token
from helpdesk.tickets.models import Comment, HeldComment, Ticket, TicketLink, TicketStatus
from helpdesk.tickets.operations import add_participant, reply
from tests.support.letters import FROM_CARL, FROM_NOBODY, FROM_OLGA, SUPPORT, arrives, told


def comments(ticket):
    found = select(Comment).where(Comment.ticket_id == ticket.id).order_by(Comment.id)
    return [
        (each.content, each.author_id, each.published_at is not None) for each in db.session.scalars(found)
    ]


def with_token(ticket, person):
    return plus_address(SUPPORT, reply_token(ticket.id, person.id))


def test_a_mail_nobody_expects_opens_a_ticket(mailbox, carl):
    mail = arrives(mailbox, subject="Help", text="It burns.\n")

    ticket = db.session.get_one(Ticket, mail.ticket_id)
    assert told(mail) == ("new_ticket", None)
    assert (ticket.title, ticket.requester_id, ticket.via.value) == ("Help", carl.id, "mail")
    assert ticket.mailbox_id == mailbox.id
    assert comments(ticket) == [("It burns.", carl.id, True)]


def test_who_writes_for_the_first_time_becomes_a_customer(mailbox):
    mail = arrives(mailbox, sender=FROM_NOBODY)

    ticket = db.session.get_one(Ticket, mail.ticket_id)
    db.session.refresh(ticket, ["requester"])
    assert (ticket.requester.full_name, ticket.requester.email) == ("Nora New", "nora@new.example")
    assert not ticket.requester.is_staff


def test_an_answer_with_a_token_from_who_belongs_is_a_reply(mailbox, ticket, carl):
    mail = arrives(mailbox, to=with_token(ticket, carl), text="Still.", subject="Re: whatever")

    assert told(mail) == ("reply", None)
    assert comments(ticket)[1:] == [("Still.", carl.id, True)]


def test_an_answer_to_our_answer_is_a_reply(mailbox, ticket, carl, ana):
    comment = reply(ticket, by=ana, content="Have you tried?")
    ours = db.session.scalars(select(OutboxMessage).where(OutboxMessage.comment_id == comment.id)).one()
    mail = arrives(mailbox, text="Yes.", in_reply_to=ours.message_id)

    assert told(mail) == ("reply", None)
    assert comments(ticket)[2:] == [("Yes.", carl.id, True)]


def test_an_answer_to_the_own_first_mail_is_a_reply(mailbox, carl):
    first = arrives(mailbox, message_id="<one@customer.example>")
    mail = arrives(mailbox, text="And smokes.", references="<zero@x.example> <one@customer.example>")

    assert told(mail) == ("reply", None)
    assert mail.ticket_id == first.ticket_id


def test_a_participants_answer_is_a_reply(mailbox, ticket, cora, ana):
    add_participant(ticket, person=cora, by=ana)
    mail = arrives(mailbox, sender="cora@customer.example", to=with_token(ticket, cora), text="Me too.")

    assert told(mail) == ("reply", None)


def test_a_stranger_with_a_token_is_kept_for_staff(mailbox, ticket, carl, olga):
    mail = arrives(mailbox, sender=FROM_OLGA, to=with_token(ticket, carl), text="Let me in.")

    assert told(mail) == ("reply", "not_a_participant")
    assert comments(ticket)[1:] == [("Let me in.", olga.id, False)]
    assert db.session.get(HeldComment, mail.comment_id) is not None


def test_a_stranger_at_a_settled_ticket_gets_a_ticket(mailbox, ticket, carl, olga):
    ticket.move_to(TicketStatus.CLOSED)
    db.session.flush()
    mail = arrives(mailbox, sender=FROM_OLGA, to=with_token(ticket, carl), text="Let me in.")

    assert told(mail) == ("new_ticket", "not_a_participant")
    link = db.session.scalars(select(TicketLink)).one()
    assert (link.ticket_id, link.other_id, link.kind.value) == (mail.ticket_id, ticket.id, "relates_to")


@pytest.mark.parametrize("sender", [FROM_CARL, FROM_OLGA, FROM_NOBODY])
def test_a_number_in_the_subject_opens_a_linked_ticket(mailbox, ticket, sender):
    mail = arrives(mailbox, sender=sender, subject=f"Re: [{ticket.ticket_number.lower()}] more")

    assert told(mail) == ("new_ticket", "number_in_subject")
    link = db.session.scalars(select(TicketLink)).one()
    assert (link.ticket_id, link.other_id) == (mail.ticket_id, ticket.id)
    assert len(comments(ticket)) == 1
