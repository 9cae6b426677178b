"""Whether anything that a list shows may have changed: two numbers that indexes answer."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, extract, func, select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.tickets.models import Ticket, ticket_reads

LATELY = timedelta(days=30)


def freshness_of(user: User) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """`changed_at`: when any ticket last changed; `reads`: a sum that moves when this agent reads one.

    A transaction that ends out of turn moves neither: whoever compares them asks for everything now and then.
    """
    own = (ticket_reads.c.user_id == user.id, ticket_reads.c.seen_at > clock.sql_now() - LATELY)
    reads: Select[Any] = select(func.sum(extract("epoch", ticket_reads.c.seen_at))).where(*own)
    changed: Select[Any] = select(func.max(Ticket.updated_at))
    return changed.scalar_subquery().label("changed_at"), reads.scalar_subquery().label("reads")
