"""A01: who writes in somebody's name and puts themself in Cc sees nothing, joins nothing, is mailed nothing."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.filing.authentication import Proof, proof_of
from helpdesk.tickets.models import Comment, CommentRecipient, Ticket, ticket_participants
from helpdesk.tickets.operations import reply
from tests.support.letters import FROM_CARL, a_mailbox, arrives, told

EVIL = "evil@attacker.example"
FAILED = "mx.desk.example; spf=fail smtp.mailfrom=attacker.example; dkim=none; dmarc=fail header.from=customer.example"
PASSED = "mx.desk.example; spf=pass smtp.mailfrom=customer.example; dkim=pass header.d=customer.example"
UNALIGNED = "mx.desk.example; spf=pass smtp.mailfrom=attacker.example; dkim=pass header.d=attacker.example"
FROM_OUTSIDE = "mail.attacker.example; dmarc=pass header.from=customer.example"


@pytest.fixture
def mailbox(work):
    return a_mailbox(authserv_id="mx.desk.example")


def participants(ticket_id):
    wanted = select(EmailAddress.email).join(
        ticket_participants, ticket_participants.c.user_id == EmailAddress.user_id
    )
    return db.session.scalars(wanted.where(ticket_participants.c.ticket_id == ticket_id)).all()


def mailed_to():
    return set(db.session.scalars(select(EmailAddress.email).join(OutboxRecipient.address)))


def test_A01_a_spoofed_answer_with_a_stranger_in_cc_opens_nothing(mailbox, ticket, ana):
    comment = reply(ticket, by=ana, content="The PIN is 1234.")
    ours = db.session.scalars(select(OutboxMessage).where(OutboxMessage.comment_id == comment.id)).one()
    mail = arrives(
        mailbox,
        sender=FROM_CARL,
        cc=EVIL,
        subject=f"Re: [{ticket.ticket_number}]",
        in_reply_to=ours.message_id,
        authentication_results=FAILED,
    )
    held = db.session.get_one(Comment, mail.comment_id)
    reply(ticket, by=ana, content="Anything else?")

    assert told(mail) == ("reply", "not_verified")
    assert held.published_at is None
    assert participants(ticket.id) == []
    assert EVIL not in mailed_to()
    assert (
        db.session.scalars(select(User.id).join(User.addresses).where(EmailAddress.email == EVIL)).all() == []
    )


@pytest.mark.parametrize("results", [FAILED, UNALIGNED, FROM_OUTSIDE, ""])
def test_A01_cc_of_an_unproven_opening_is_a_record_and_no_right(mailbox, results):
    headers = {"authentication_results": results} if results else {}
    mail = arrives(mailbox, cc=f"{EVIL}, Cora <cora@customer.example>", **headers)

    named = select(CommentRecipient.email).where(CommentRecipient.comment_id == mail.comment_id)
    assert participants(mail.ticket_id) == []
    assert set(db.session.scalars(named)) == {"support@desk.example", EVIL, "cora@customer.example"}
    assert EVIL not in mailed_to()


def test_A01_cc_of_a_proven_opening_takes_part_but_for_staff_and_ourselves(mailbox):
    cc = "New <new@customer.example>, ana@desk.example, support+x@desk.example"
    mail = arrives(mailbox, cc=cc, authentication_results=PASSED)

    assert participants(mail.ticket_id) == ["new@customer.example"]


def test_A01_a_spoofed_opening_is_not_acknowledged(mailbox):
    mail = arrives(mailbox, authentication_results=FAILED)

    assert told(mail) == ("new_ticket", "not_verified")
    assert mailed_to() == set()
    assert db.session.get_one(Ticket, mail.ticket_id).title


@pytest.mark.parametrize(
    "headers, proof",
    [
        ([PASSED], Proof.PASSED),
        ([FAILED], Proof.FAILED),
        ([UNALIGNED], Proof.UNKNOWN),
        ([FROM_OUTSIDE], Proof.UNKNOWN),
        ([], Proof.UNKNOWN),
        (["MX.desk.example (a (nested) comment) 1; dmarc=pass header.from=customer.example"], Proof.PASSED),
        (["mx.desk.example; dmarc=pass header.from=attacker.example"], Proof.UNKNOWN),
        (["mx.desk.example; spf=softfail smtp.mailfrom=customer.example", PASSED], Proof.FAILED),
        ([UNALIGNED, PASSED], Proof.UNKNOWN),  # the second one may have come with the mail
        (["mx.desk.example; dkim=pass header.d=example"], Proof.UNKNOWN),
        (["mx.desk.example; dkim=pass header.d=evil.customer.example"], Proof.UNKNOWN),
        (['mx.desk.example; spf=pass reason="dmarc=pass" smtp.mailfrom=x@attacker.example'], Proof.UNKNOWN),
        (["mx.desk.example; (" * 2000 + "dmarc=pass"], Proof.UNKNOWN),
        (["mx.desk.example; none"], Proof.UNKNOWN),
        (
            [
                'mx.desk.example; spf=pass smtp.mailfrom="a; dmarc=pass header.from=customer.example"@x.example'
            ],
            None,
        ),
        (['mx.desk.example; spf=none (of "a) ; dmarc=pass ("@x.example) smtp.mailfrom=x.example'], None),
        (["mx.desk.example; spf=none (of a) ; dmarc=pass; dmarc=none) smtp.mailfrom=x.example"], None),
    ],
)
def test_A01_what_proves_a_sender(headers, proof):
    assert proof_of(headers, authserv_id="mx.desk.example", domain="customer.example") is (
        proof or Proof.UNKNOWN
    )


def test_A01_without_a_server_to_believe_nothing_is_proven():
    assert proof_of([PASSED], authserv_id="", domain="customer.example") is Proof.UNKNOWN
