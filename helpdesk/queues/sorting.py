"""The orders of lists: each has a usual direction, and goes the other way after a minus (`-priority`)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    SQLColumnExpression,
    Text,
    case,
    func,
    literal,
    select,
)

from helpdesk.accounts.models import Organization, Team
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.queries import name_of

FAST_SORTS = ("due", "activity", "number", "priority", "status")
"""Those that any number of tickets can be sorted by."""
ALL_SORTS = (*FAST_SORTS, "requester", "assignee")
"""These too look names up, one by one: for queues that hold what is being worked on."""


def _rank(column: Any, kind: type[TicketPriority] | type[TicketStatus]) -> ColumnElement[int]:
    """The place of a value among its kind: text would sort them by letter. Written out, as the indexes have it."""
    places: list[tuple[Any, Any]] = [
        (_written(each.value, Text()), _written(place, Integer())) for place, each in enumerate(kind)
    ]
    return case(*places, value=column, else_=_written(0, Integer()))


def _written(value: Any, kind: Any) -> ColumnElement[Any]:
    """Into the statement itself, not beside it as a parameter."""
    return literal(value, kind, literal_execute=True)


def _name(person_id: SQLColumnExpression[Any]) -> ColumnElement[str]:
    return func.lower(func.coalesce(name_of(person_id), ""), type_=Text())


def _called(model: type[Team] | type[Organization], column: SQLColumnExpression[Any]) -> ColumnElement[str]:
    name = select(model.name).where(model.id == column).correlate(Ticket).scalar_subquery()
    return func.lower(func.coalesce(name, ""), type_=Text())


NEVER_YEAR = 9999
NEVER = literal(datetime(NEVER_YEAR, 12, 31, tzinfo=UTC), DateTime(timezone=True))
"""When those were left waiting who do not wait: after everybody else."""


def waiting_since() -> ColumnElement[datetime]:
    """Since when the customer of an open ticket has waited for an answer; NEVER where they do not."""
    return func.coalesce(
        case((Ticket.is_open, Ticket.unanswered_since)), NEVER, type_=DateTime(timezone=True)
    )


_DUE_FIRST = (Key(Ticket.act_by), Key(Ticket.id))
_LATEST_FIRST = (Key(Ticket.last_activity_at, descending=True), Key(Ticket.id, descending=True))

WHOLE: Mapping[str, Sequence[Key]] = {
    "due": _DUE_FIRST,
    "activity": _LATEST_FIRST,
    "number": (Key(Ticket.id, descending=True),),
    "created": (Key(Ticket.created_at, descending=True), Key(Ticket.id, descending=True)),
    "updated": (Key(Ticket.updated_at, descending=True), Key(Ticket.id, descending=True)),
    "wait": (Key(waiting_since()), Key(Ticket.id)),
}
"""Orders in which no two tickets are equal."""

COARSE: Mapping[str, Key] = {
    "priority": Key(_rank(Ticket.priority, TicketPriority), descending=True),
    "status": Key(_rank(Ticket.status, TicketStatus)),
    "requester": Key(_name(Ticket.requester_id)),
    "assignee": Key(_name(Ticket.assignee_id)),
    "organization": Key(_called(Organization, Ticket.organization_id)),
    "team": Key(_called(Team, Ticket.team_id)),
}
"""Orders in which many are equal: those stand as the list usually does."""


_INDEXED = (
    WHOLE["activity"],
    WHOLE["number"],
    (COARSE["priority"], *_LATEST_FIRST),
    (COARSE["status"], *_LATEST_FIRST),
)


def has_index(order: Sequence[Key]) -> bool:
    """Whether an index has all tickets in this order, so that they can be read until a page is full."""
    return any(_is_same(order, each, is_turned) for each in _INDEXED for is_turned in (False, True))


def _is_same(order: Sequence[Key], other: Sequence[Key], is_turned: bool) -> bool:
    return len(order) == len(other) and all(
        key.column is each.column and key.descending == each.descending ^ is_turned
        for key, each in zip(order, other, strict=True)
    )


def order_of(sort: str, usual: str, *, grouping: str = "") -> Sequence[Key]:
    """The keys of a sort by its name, in a list with this usual order. Raises KeyError for one that does not exist.

    With a grouping rows of one group stand together, sorted within it.
    """
    name = sort.removeprefix("-")
    rest = WHOLE.get(usual.removeprefix("-"), _LATEST_FIRST)
    keys = (COARSE[name], *rest) if name in COARSE else WHOLE[name]
    if sort.startswith("-"):
        keys = [Key(key.column, not key.descending) for key in keys]
    return [COARSE[grouping], *keys] if grouping in COARSE and grouping != name else keys
