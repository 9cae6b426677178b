"""B04: a Message-ID used twice hides nothing; the same bytes are one message, once a mailbox."""

from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import InboundMessage
from helpdesk.tickets.models import Comment
from tests.support.letters import a_mailbox, arrives, told, written

SAME = "<1@parcels.example>"


def parcels(number, **more):
    return written(
        sender="DHL <parcels@parcels.example>",
        subject="Your parcel",
        text=f"Parcel {number} is on its way to {'you' * number}.",
        message_id=SAME,
        **more,
    )


def test_B04_two_mails_with_one_message_id_are_both_there(work):
    mailbox = a_mailbox()
    mails = [arrives(mailbox, parcels(number)) for number in (1, 2)]

    assert [told(mail) for mail in mails] == [("new_ticket", None)] * 2
    texts = db.session.scalars(select(Comment.content).order_by(Comment.id)).all()
    assert texts == ["Parcel 1 is on its way to you.", "Parcel 2 is on its way to youyou."]


def test_B04_the_same_bytes_are_one_message(work):
    mailbox = a_mailbox()
    mails = [arrives(mailbox, parcels(1)) for _ in range(3)]

    assert len({mail.id for mail in mails}) == 1
    assert len(db.session.scalars(select(Comment.id)).all()) == 1


def test_B04_two_mailboxes_get_one_each(work):
    mails = [arrives(a_mailbox(address), parcels(1)) for address in ("a@desk.example", "b@desk.example")]

    assert [told(mail) for mail in mails] == [("new_ticket", None)] * 2
    assert len(db.session.scalars(select(InboundMessage.id)).all()) == 2


def test_B04_one_mail_by_two_ways_into_one_mailbox_is_one_message(work):
    """Through a list and directly: only what servers wrote above it differs."""
    mailbox = a_mailbox()
    first = arrives(mailbox, parcels(1, received="from a by b"))
    second = arrives(mailbox, parcels(1, received="from list by b", list_id="<all.desk.example>"))

    assert [told(first), told(second)] == [("new_ticket", None), ("ignored", "duplicate")]


def test_B04_without_a_message_id_bytes_decide(work):
    mailbox = a_mailbox()
    ids = {arrives(mailbox, written(text=text)).id for text in ("one", "two", "one")}

    assert len(ids) == 2
