"""Mails of people who are erased, merged, or were deactivated."""

from sqlalchemy import select

from helpdesk.accounts.operations.anonymising import anonymise
from helpdesk.accounts.operations.merging import merge_people
from helpdesk.core.db import db
from helpdesk.files.store import store
from helpdesk.mail.operations.filing import file_message
from helpdesk.mail.operations.releasing import release
from helpdesk.tickets.models import Comment, CommentRecipient
from tests.support.letters import FROM_NOBODY, FROM_OLGA, arrives, told


def test_who_is_erased_is_in_no_mail_any_more(mailbox, olga, ada):
    mails = [arrives(mailbox, sender=FROM_OLGA, text=text) for text in ("One.", "Two.")]
    about_her = arrives(mailbox, cc=FROM_OLGA)
    anonymise(olga, by=ada)

    for mail in mails:
        db.session.refresh(mail)
        with store().open(mail.sha256) as content:
            kept = content.read()
        assert b"olga" not in kept
        assert len(kept) == mail.size
        assert (mail.sender, mail.sender_name, mail.parsed) == ("", "", None)
        assert db.session.get_one(Comment, mail.comment_id).content in ("One.", "Two.")
    named = select(CommentRecipient.email).where(CommentRecipient.comment_id == about_her.comment_id)
    assert set(db.session.scalars(named)) == {"support@desk.example", ""}


def test_mails_of_a_merged_account_are_the_others(mailbox, carl, olga, ada):
    mail = arrives(mailbox, sender=FROM_OLGA)
    merge_people(olga, into=carl, by=ada)
    db.session.refresh(mail)

    assert mail.sender_id == carl.id


def test_who_was_deactivated_is_let_in_by_hand_alone(mailbox, olga, ada):
    olga.is_active = False
    db.session.flush()
    mail = arrives(mailbox, sender=FROM_OLGA)
    assert told(mail) == ("quarantined", "no_longer_allowed")
    release(mail, ada)
    file_message(mail)
    db.session.refresh(mail)

    assert told(mail) == ("new_ticket", None)


def test_addresses_are_kept_as_they_are_written(mailbox):
    mail = arrives(mailbox, sender=FROM_NOBODY.replace("nora@", "Nora.New@"))
    db.session.refresh(mail, ["person"])

    assert (mail.sender, mail.person.email) == ("nora.new@new.example", "Nora.New@new.example")
