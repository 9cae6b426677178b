"""The orders of lists: each has a usual direction, and goes the other way after a minus (`-priority`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, Text, case, func

from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.queries import name_of

FAST_SORTS = ("due", "activity", "number", "priority", "status")
"""Those that any number of tickets can be sorted by."""
ALL_SORTS = (*FAST_SORTS, "requester", "assignee")
"""These too look names up, one by one: for queues that hold what is being worked on."""


def _rank(column: Any, kind: type[TicketPriority] | type[TicketStatus]) -> ColumnElement[int]:
    """The place of a value among its kind: text would sort them by letter."""
    return case({each.value: place for place, each in enumerate(kind)}, value=column, else_=0).cast(Integer)


def _name(person_id: SQLColumnExpression[Any]) -> ColumnElement[str]:
    return func.lower(func.coalesce(name_of(person_id), ""), type_=Text())


_DUE = Key(Ticket.act_by)

ORDERS: Mapping[str, Sequence[Key]] = {
    "due": (_DUE, Key(Ticket.id)),
    "activity": (Key(Ticket.last_activity_at, descending=True), Key(Ticket.id, descending=True)),
    "number": (Key(Ticket.id, descending=True),),
    "priority": (Key(_rank(Ticket.priority, TicketPriority), descending=True), _DUE, Key(Ticket.id)),
    "status": (Key(_rank(Ticket.status, TicketStatus)), _DUE, Key(Ticket.id)),
    "requester": (Key(_name(Ticket.requester_id)), _DUE, Key(Ticket.id)),
    "assignee": (Key(_name(Ticket.assignee_id)), _DUE, Key(Ticket.id)),
}


def order_of(sort: str) -> Sequence[Key]:
    """The keys of a sort by its name. Raises KeyError for one that does not exist."""
    keys = ORDERS[sort.removeprefix("-")]
    return [Key(key.column, not key.descending) for key in keys] if sort.startswith("-") else keys
