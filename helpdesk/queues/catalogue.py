"""The queues every desk has: which tickets, in which order, and how many there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, case, func, select

from helpdesk.accounts.models import User
from helpdesk.core.pagination import Key
from helpdesk.tickets import queries
from helpdesk.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Queue:
    """A view of tickets with an address."""

    slug: str
    tickets: Callable[[User], Select[Ticket]]


QUEUES: Mapping[str, Queue] = {
    queue.slug: queue
    for queue in (
        Queue("unassigned", lambda user: queries.unassigned(queries.tickets_for(user))),
        Queue("mine", lambda user: queries.assigned_to(queries.tickets_for(user), user)),
        Queue("overdue", lambda user: queries.overdue(queries.tickets_for(user))),
        Queue("open", lambda user: queries.open_ones(queries.tickets_for(user))),
    )
}
"""By slug, in the order of the sidebar."""


def by_deadline() -> list[Key]:
    """What is due first comes first."""
    return [Key(Ticket.act_by), Key(Ticket.id)]


def counts_for(user: User) -> Select[int, int, int, int]:
    """How many tickets each queue holds, in one statement over the open tickets."""
    open_tickets = queries.open_ones(queries.tickets_for(user)).with_only_columns(
        Ticket.assignee_id, Ticket.is_overdue.label("is_overdue")
    )
    tickets = open_tickets.subquery()
    return select(
        func.count(case((tickets.c.assignee_id.is_(None), 1))).label("unassigned"),
        func.count(case((tickets.c.assignee_id == user.id, 1))).label("mine"),
        func.count(case((tickets.c.is_overdue, 1))).label("overdue"),
        func.count().label("open"),
    )
