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


_DUE_FIRST = (Key(Ticket.act_by), Key(Ticket.id))
_LATEST_FIRST = (Key(Ticket.last_activity_at, descending=True), Key(Ticket.id, descending=True))

WHOLE: Mapping[str, Sequence[Key]] = {
    "due": _DUE_FIRST,
    "activity": _LATEST_FIRST,
    "number": (Key(Ticket.id, descending=True),),
}
"""Orders in which no two tickets are equal."""

COARSE: Mapping[str, Key] = {
    "priority": Key(_rank(Ticket.priority, TicketPriority), descending=True),
    "status": Key(_rank(Ticket.status, TicketStatus)),
    "requester": Key(_name(Ticket.requester_id)),
    "assignee": Key(_name(Ticket.assignee_id)),
}
"""Orders in which many are equal: those stand as the list usually does."""


def order_of(sort: str, usual: str) -> Sequence[Key]:
    """The keys of a sort by its name, in a list with this usual order. Raises KeyError for one that does not exist."""
    name = sort.removeprefix("-")
    keys = (COARSE[name], *WHOLE[usual]) if name in COARSE else WHOLE[name]
    return [Key(key.column, not key.descending) for key in keys] if sort.startswith("-") else keys
