"""Mails of people who are erased or turn out to be somebody else: what they wrote stays in their tickets alone."""

from io import BytesIO

from sqlalchemy import or_, select, update

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.files.operations import save
from helpdesk.mail.models import InboundMessage


def forget_mails_of(person: User) -> None:
    """Their mails lose sender, headers and bytes; that one came, when, and what became of it are facts.

    Asked before their addresses go.
    """
    keys = db.session.scalars(select(EmailAddress.email_key).where(EmailAddress.user_id == person.id)).all()
    theirs = or_(InboundMessage.sender_id == person.id, InboundMessage.sender.in_(keys))
    for mail in db.session.scalars(select(InboundMessage).where(theirs).with_for_update()):
        # a row needs bytes, and no two mails of a mailbox have the same
        left = save(BytesIO(f"Erased with its sender (mail {mail.id}).\r\n".encode()), filename="erased.eml")
        mail.sha256, mail.size = left.sha256, left.size
        mail.sender = mail.sender_name = mail.detail = ""
        mail.envelope_from = mail.parsed = mail.sent_at = None
    db.session.flush()


def hand_mails_over(person: User, *, to: User) -> None:
    """Two accounts were one person's: what came from the one came from the other."""
    theirs = update(InboundMessage).where(InboundMessage.sender_id == person.id).values(sender_id=to.id)
    db.session.execute(theirs, execution_options={"synchronize_session": False})
