"""One writer at a time for each ticket."""

from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket


def lock(ticket: Ticket) -> Ticket:
    """Wait for whoever changes this ticket now, then read it afresh: what follows acts on the present state."""
    db.session.flush()
    return db.session.get_one(Ticket, ticket.id, with_for_update={"of": Ticket}, populate_existing=True)
