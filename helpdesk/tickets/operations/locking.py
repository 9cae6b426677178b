"""One writer at a time for each ticket."""

from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket


def lock(ticket: Ticket) -> Ticket:
    """Wait for whoever changes this ticket now, then read it afresh: what follows acts on the present state.

    A plain select, because session.get with a lock calls it stale when somebody else has changed it meanwhile.
    """
    db.session.flush()
    afresh = select(Ticket).where(Ticket.id == ticket.id).with_for_update(of=Ticket)
    return db.session.scalars(afresh, execution_options={"populate_existing": True}).one()
