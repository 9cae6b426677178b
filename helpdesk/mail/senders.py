"""Which mailbox a letter leaves from, and as whom it speaks: moving a ticket to another team moves its sender."""

from sqlalchemy import Select, case, select

from helpdesk.core.db import db
from helpdesk.mail.models import Mailbox
from helpdesk.settings.catalogue import Desk
from helpdesk.tickets.models import Ticket


def sender_of(ticket: Ticket) -> Mailbox | None:
    """The mailbox of the ticket's team, else the one its request came to, else the default one, else any that sends.

    None where no mailbox can send.
    """
    return db.session.scalars(senders(ticket).limit(1)).first()


def senders(ticket: Ticket) -> Select[Mailbox]:
    """Every mailbox that can send, the one for this ticket first."""
    return _senders(team_id=ticket.team_id, mailbox_id=ticket.mailbox_id)


def default_sender() -> Mailbox | None:
    """What sends letters that are about no ticket."""
    return db.session.scalars(_senders(team_id=None, mailbox_id=None).limit(1)).first()


def name_in_from(mailbox: Mailbox, desk: Desk) -> str:
    """What stands before the address in From."""
    return mailbox.sender_name or desk.desk_name


def can_send(mailbox: Mailbox) -> bool:
    """It is switched on and knows a server that takes its mail."""
    return mailbox.is_active and mailbox.smtp_host is not None


def _senders(*, team_id: int | None, mailbox_id: int | None) -> Select[Mailbox]:
    """All that can send, the right one first."""
    closeness = case(
        (Mailbox.team_id == team_id, 0), (Mailbox.id == mailbox_id, 1), (Mailbox.is_default, 2), else_=3
    )
    able = select(Mailbox).where(Mailbox.is_active, Mailbox.smtp_host.is_not(None))
    return able.order_by(closeness, Mailbox.id)
