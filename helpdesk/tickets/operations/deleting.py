"""The bin: deleted tickets are invisible everywhere and can come back, until somebody purges them."""

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.locking import lock


def delete(ticket: Ticket, *, by: User) -> None:
    """Put a ticket into the bin."""
    ticket = lock(ticket)
    ticket.deleted_at = ticket.deleted_at or clock.now()
    db.session.flush()


def restore(ticket: Ticket, *, by: User) -> None:
    """Take a ticket out of the bin, as it was."""
    lock(ticket).deleted_at = None
    db.session.flush()
