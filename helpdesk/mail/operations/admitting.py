"""Messages of people who take no part in the ticket they wrote to: staff let them in, or give them their own ticket."""

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.mail.models import InboundMessage, Reason, Verdict
from helpdesk.tickets.models import Comment, HeldComment, Ticket
from helpdesk.tickets.operations import arriving


def admit(held: HeldComment, *, by: User) -> Comment:
    """Publish it at the ticket; who wrote it takes part there from now on. Raises Conflict."""
    return arriving.admit(held, by=by)


def move_to_new_ticket(held: HeldComment, *, by: User) -> Ticket:
    """Open a ticket with it for who wrote it, linked for agents to the one where it waited. Raises Conflict."""
    mail = db.session.scalars(
        select(InboundMessage).where(InboundMessage.comment_id == held.comment_id).limit(1)
    ).one_or_none()
    ticket = arriving.move_out(
        held,
        title=arriving.title_from(mail.subject if mail else ""),
        by=by,
        is_automatic=mail is not None and mail.reason is Reason.NOT_VERIFIED,
    )
    if mail is not None:
        mail.verdict, mail.ticket_id = Verdict.NEW_TICKET, ticket.id
        db.session.flush()
    return ticket
