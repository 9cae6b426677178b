"""A06: an answer from another address is kept under its real sender; whose ticket it is changes for nobody."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.mail.models import OutboxRecipient
from helpdesk.mail.operations.admitting import admit, move_to_new_ticket
from helpdesk.mail.reply_tokens import plus_address, reply_token
from helpdesk.tickets.models import Comment, HeldComment, Ticket, ticket_participants
from helpdesk.tickets.operations import reply
from tests.support.letters import FROM_CARL, FROM_OLGA, SUPPORT, a_mailbox, arrives, told


@pytest.fixture
def held(work, ticket, carl):
    token = reply_token(ticket.id, carl.id)
    mail = arrives(
        a_mailbox(),
        sender=FROM_OLGA,
        to=plus_address(SUPPORT, token),
        subject="Re: The printer",
        text="It is mine.",
    )
    return db.session.get_one(HeldComment, mail.comment_id)


def participants(ticket):
    return db.session.scalars(
        select(ticket_participants.c.user_id).where(ticket_participants.c.ticket_id == ticket.id)
    ).all()


def test_A06_it_waits_under_its_real_sender(held, ticket, carl, olga, ana):
    comment = db.session.get_one(Comment, held.comment_id)
    reply(ticket, by=ana, content="Hello?")

    assert (comment.author_id, comment.published_at) == (olga.id, None)
    assert ticket.requester_id == carl.id
    assert participants(ticket) == []
    assert olga.id not in db.session.scalars(select(OutboxRecipient.user_id)).all()


def test_A06_admitted_it_is_an_answer_and_its_writer_takes_part(held, ticket, carl, olga, ana):
    comment = admit(held, by=ana)

    assert comment.published_at is not None
    assert participants(ticket) == [olga.id]
    assert ticket.requester_id == carl.id
    with pytest.raises(Conflict):
        admit(held, by=ana)


def test_A06_moved_it_is_a_ticket_of_its_writer(held, ticket, olga, ana):
    moved = move_to_new_ticket(held, by=ana)

    comments = select(Comment.content).where(Comment.ticket_id == moved.id)
    assert (moved.requester_id, moved.title) == (olga.id, "Re: The printer")
    assert db.session.scalars(comments).all() == ["It is mine."]
    assert len(db.session.scalars(select(Comment.id).where(Comment.ticket_id == ticket.id)).all()) == 1
    assert participants(ticket) == []


@pytest.mark.parametrize("value", ["olga@stranger.example", '"" <>', "undisclosed:;", "@", "a@b, c@d"])
def test_A06_reply_to_is_nobodys_identity(work, carl, value):
    raw = (
        f"From: {FROM_CARL.upper()}\r\nReply-To: {value}\r\nTo: {SUPPORT}\r\nSubject: Hi\r\n\r\nHello.\r\n"
    ).encode()
    mail = arrives(a_mailbox(), raw)

    assert told(mail) == ("new_ticket", None)
    assert db.session.get_one(Ticket, mail.ticket_id).requester_id == carl.id
