"""Whether anything that a list shows may have changed: two moments that an index answers."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from helpdesk.accounts.models import User
from helpdesk.tickets.models import Ticket, ticket_reads


def changed_at() -> ColumnElement[datetime]:
    """When any ticket last changed. A transaction that ends out of turn is noticed with the next one."""
    return select(func.max(Ticket.updated_at)).scalar_subquery()


def read_at(user: User) -> ColumnElement[datetime]:
    """When this agent last read one."""
    own = ticket_reads.c.user_id == user.id
    return select(func.max(ticket_reads.c.seen_at)).where(own).scalar_subquery()
