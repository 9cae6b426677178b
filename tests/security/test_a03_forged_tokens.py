"""A03: whoever forges a token, or takes somebody else's, appends nothing as an agent and reaches no customer."""

import secrets

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage
from helpdesk.mail.reply_tokens import (
    ANYBODY,
    Claim,
    Forged,
    new_message_id,
    plus_address,
    read_reply_token,
    reply_token,
)
from helpdesk.tickets.models import Comment
from tests.support.letters import FROM_CARL, SUPPORT, a_mailbox, arrives, told
from tests.support.tally import tally

FROM_ANA = "Ana Agent <ana@desk.example>"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.fixture
def mailbox(work):
    return a_mailbox()


def written_by_staff(ticket):
    return db.session.scalars(select(Comment.id).where(Comment.ticket_id == ticket.id)).all()[1:]


def letters_out():
    return db.session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.purpose == "ticket_answered")
    ).all()


def forgeries(token):
    """Each bit of each letter turned, letters left out, and what older or other programs wrote."""
    for place, letter in enumerate(token):
        if letter in LETTERS:
            for bit in range(5):
                other = LETTERS[LETTERS.index(letter) ^ (1 << bit)]
                yield token[:place] + other + token[place + 1 :]
    yield token[:-20]  # without its MAC
    yield token[:-1]
    yield token + "a"
    yield f"hd{token}"
    yield f"{secrets.token_hex(16)}"


def test_A03_a_token_is_read_as_it_was_written_in_any_case(app):
    with app.app_context():
        token = reply_token(42, 7)
        assert read_reply_token(token) == Claim(42, 7)
        assert read_reply_token(plus_address(SUPPORT, token.upper())) == Claim(42, 7)
        assert read_reply_token(new_message_id("desk.example", reply_token(42))) == Claim(42, ANYBODY)
        assert read_reply_token("support+newsletter@desk.example") is None
        assert read_reply_token("<abc.def@customer.example>") is None
        assert len(plus_address(SUPPORT, token).partition("@")[0]) <= 64


def test_A03_no_changed_token_is_ours(app):
    with app.app_context():
        tokens = [reply_token(42, 7), reply_token(1, 1), reply_token(2**40, ANYBODY)]
        changed = [forged for token in tokens for forged in forgeries(token)]
        assert [each for each in changed if isinstance(read_reply_token(each), Claim)] == []
        assert isinstance(read_reply_token(reply_token(42, 7)[:-1] + "a"), Forged)
    tally("forged reply tokens", len(changed))


def test_A03_forged_tokens_in_an_agents_name_are_quarantined(mailbox, ticket, ana):
    token = reply_token(ticket.id, ana.id)
    sample = list(forgeries(token))
    for number, forged in enumerate(sample[::12]):
        mail = arrives(
            mailbox, sender=FROM_ANA, to=plus_address(SUPPORT, forged), text=f"Send your password. {number}"
        )
        if told(mail)[0] == "new_ticket":  # it looks like no token at all: then it is no answer either
            assert mail.ticket_id != ticket.id
            continue
        assert told(mail) == ("quarantined", "forged_token")
    assert written_by_staff(ticket) == []
    assert letters_out() == []


def test_A03_a_token_of_another_ticket_person_or_none_is_quarantined(mailbox, ticket, ana, ben, carl):
    of_ben = reply_token(ticket.id, ben.id)
    of_carl = reply_token(ticket.id, carl.id)
    of_nobody = reply_token(ticket.id)
    known = db.session.scalars(select(OutboxMessage).where(OutboxMessage.ticket_id == ticket.id)).first()
    verdicts = [
        told(arrives(mailbox, sender=FROM_ANA, to=plus_address(SUPPORT, of_ben), text="1")),
        told(arrives(mailbox, sender=FROM_ANA, to=plus_address(SUPPORT, of_carl), text="2")),
        told(arrives(mailbox, sender=FROM_ANA, to=plus_address(SUPPORT, of_nobody), text="3")),
        told(
            arrives(mailbox, sender=FROM_ANA, text="4", in_reply_to=new_message_id("desk.example", of_nobody))
        ),
    ]
    answered = arrives(mailbox, sender=FROM_ANA, text="5", in_reply_to=known.message_id)

    assert verdicts == [
        ("quarantined", "foreign_token"),
        ("quarantined", "foreign_token"),
        ("quarantined", "no_token"),
        ("quarantined", "no_token"),
    ]
    assert told(answered)[0] == "quarantined"
    assert written_by_staff(ticket) == []
    assert letters_out() == []


def test_A03_another_tickets_token_answers_that_other_ticket(mailbox, ticket, carl, ana):
    """The number in the subject says nothing against the token."""
    other = arrives(mailbox, message_id="<other@customer.example>")
    mail = arrives(
        mailbox,
        sender=FROM_CARL,
        to=plus_address(SUPPORT, reply_token(other.ticket_id, carl.id)),
        subject=f"Re: {ticket.ticket_number}",
    )

    assert mail.ticket_id == other.ticket_id
    assert written_by_staff(ticket) == []


def test_A03_an_agents_own_token_from_their_own_address_answers(mailbox, ticket, ana):
    mail = arrives(
        mailbox, sender=FROM_ANA, to=plus_address(SUPPORT, reply_token(ticket.id, ana.id)), text="Try this."
    )

    assert told(mail) == ("reply", None)
    assert len(letters_out()) == 1


def test_A03_a_customers_forged_token_is_quarantined_too(mailbox, ticket, carl):
    token = reply_token(ticket.id, carl.id)
    mail = arrives(mailbox, to=plus_address(SUPPORT, token[:-1] + ("a" if token[-1] != "a" else "b")))

    assert told(mail) == ("quarantined", "forged_token")
