"""A04: who may not see a ticket any more answers it no more, by an old notice either."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Role
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage, Verdict
from helpdesk.mail.operations.releasing import release
from helpdesk.mail.reply_tokens import plus_address, reply_token
from helpdesk.tickets.models import Comment
from tests.support.letters import SUPPORT, a_mailbox, arrives, told

FROM_ANA = "Ana Agent <ana@desk.example>"


def deactivate(ana):
    ana.is_active = False


def make_a_customer(ana):
    ana.is_staff, ana.role_id = False, None


def take_every_right(ana):
    nothing = Role(name="Looks on")
    db.session.add(nothing)
    db.session.flush()
    ana.role_id = nothing.id


@pytest.mark.parametrize("revoke", [deactivate, take_every_right])
def test_A04_an_old_notice_of_a_revoked_agent_opens_nothing(work, ticket, ana, revoke):
    mailbox = a_mailbox()
    notice = plus_address(SUPPORT, reply_token(ticket.id, ana.id))
    revoke(ana)
    db.session.flush()
    db.session.expire_all()
    mail = arrives(mailbox, sender=FROM_ANA, to=notice, text="Pay me instead.")

    assert told(mail) == ("quarantined", "no_longer_allowed")
    assert len(db.session.scalars(select(Comment.id).where(Comment.ticket_id == ticket.id)).all()) == 1
    assert letters_to_customers() == []


def test_A04_who_is_a_customer_now_is_a_stranger_at_the_ticket(work, ticket, ana):
    mailbox = a_mailbox()
    notice = plus_address(SUPPORT, reply_token(ticket.id, ana.id))
    make_a_customer(ana)
    db.session.flush()
    db.session.expire_all()
    mail = arrives(mailbox, sender=FROM_ANA, to=notice, text="Pay me instead.")

    assert told(mail) == ("reply", "not_a_participant")
    assert db.session.get_one(Comment, mail.comment_id).published_at is None
    assert letters_to_customers() == []


def test_A04_the_trail_tells_of_it(acting, app):
    with acting("ada"):
        from tests.conftest import person_named

        ana = person_named("ana")
        mailbox = a_mailbox()
        opened = arrives(mailbox)
        ana.is_active = False
        db.session.flush()
        notice = plus_address(SUPPORT, reply_token(opened.ticket_id, ana.id))
        mail = arrives(mailbox, sender=FROM_ANA, to=notice)
        mail_id = mail.id
    with acting("ada"):
        kept = select(AuditLog.changes, AuditLog.via).where(
            AuditLog.table_name == "inbound_messages", AuditLog.record_id == mail_id
        )
        assert [(changes["reason"], via.value) for changes, via in db.session.execute(kept)] == [
            ([None, "no_longer_allowed"], "mail")
        ]


def test_A04_what_somebody_lets_in_all_the_same_reaches_no_customer(work, ticket, ana, ben, ada):
    """A colleague vouches for the words: they become a note."""
    mailbox = a_mailbox()
    mail = arrives(
        mailbox, sender=FROM_ANA, to=plus_address(SUPPORT, reply_token(ticket.id, ben.id)), text="From home."
    )
    assert told(mail) == ("quarantined", "foreign_token")
    release(mail, ada)
    assert mail.verdict is Verdict.WAITING
    filed_again(mail)

    note = db.session.get_one(Comment, mail.comment_id)
    assert (told(mail), note.is_internal, note.author_id) == (("reply", None), True, ana.id)
    assert letters_to_customers() == []


def filed_again(mail):
    from helpdesk.mail.operations.filing import file_message

    file_message(mail)
    db.session.refresh(mail)


def letters_to_customers():
    return db.session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.purpose == "ticket_answered")
    ).all()
