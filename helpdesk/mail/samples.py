"""A letter about a real ticket that is never sent: how words will read before they are kept."""

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.links import ONE_TIME
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.rendering import ONE_TIME_LINK, PERSONAL_LINK, Letter, render
from helpdesk.mail.templates import TICKETS, Wording
from helpdesk.settings.catalogue import load_desk
from helpdesk.tickets.models import Comment, Ticket

TO_STAFF = {MailPurpose.TICKET_ASSIGNED, MailPurpose.CUSTOMER_ANSWERED, MailPurpose.DELIVERY_FAILED}


def sample_letter(purpose: MailPurpose, wording: Wording, *, ticket: Ticket, reader: User) -> Letter:
    """These words as they would go out for this ticket: to its requester, notices to `reader`. Mints nothing."""
    person = reader if purpose in TO_STAFF else db.session.get_one(User, ticket.requester_id)
    is_about_ticket = purpose in TICKETS
    comment = db.session.scalars(_message(purpose, ticket)).first() if is_about_ticket else None
    message = OutboxMessage(
        purpose=purpose,
        template=purpose.value,
        message_id="",
        in_reply_to="",
        references="",
        created_at=clock.now(),
        ticket=ticket if is_about_ticket else None,
        ticket_id=ticket.id if is_about_ticket else None,
        comment=comment,
        comment_id=comment.id if comment else None,
    )
    address = select(EmailAddress).where(EmailAddress.user_id == person.id, EmailAddress.is_primary)
    recipient = OutboxRecipient(message=message, user=person, address=db.session.scalars(address).first())
    link = ONE_TIME_LINK if purpose in ONE_TIME else PERSONAL_LINK
    return render(recipient, desk=load_desk(), secret_link=link, wording=wording)


def _message(purpose: MailPurpose, ticket: Ticket) -> Select[Comment]:
    """The message such a letter would carry: the latest public one of the right side, else the opening one."""
    is_by_staff = User.is_staff.is_(purpose is not MailPurpose.CUSTOMER_ANSWERED)
    return (
        select(Comment)
        .join(Comment.author)
        .options(contains_eager(Comment.author))
        .where(Comment.ticket_id == ticket.id, ~Comment.is_internal, Comment.published_at.is_not(None))
        .order_by(is_by_staff.desc(), Comment.is_opening, Comment.created_at.desc(), Comment.id.desc())
    )
