"""Fields about when something happened. How long ago: `created>7d` is more than seven days ago, `created<7d` less. Or
on which days of the desk: `created:2026-11-22`, `created>=2026-11` (then or later), `created<2026-11` (before). What is
still to come is counted from now on: `due<2d` is due within two days, or was already.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, DateTime, SQLColumnExpression, and_, literal

from helpdesk.core import clock
from helpdesk.tickets.criteria import stretches
from helpdesk.tickets.criteria.known import COMPARED, Asked, Condition, Takes, criterion
from helpdesk.tickets.criteria.terms import Term
from helpdesk.tickets.models import Ticket

UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
FEW_DAYS = timedelta(days=32)
_SPAN = re.compile(r"([0-9]{1,4}) ?([mhdw])", re.IGNORECASE)
OF_SPANS = ("<", ">")
EXAMPLES = ("<1d", "<7d", "<30d", ">1d", ">7d", ">30d")


def spelled(value: str) -> str:
    """90m, 8h, 7d, 2w; 2026, 2026-11, 2026-11-22, 2026-11-01..2026-11-22. Raises ValueError for anything else."""
    found = _SPAN.fullmatch(value)
    return f"{int(found[1])}{found[2].lower()}" if found else stretches.spelled(value)


def is_span(value: str) -> bool:
    """Whether a spelled value is a length of time, and no stretch of the calendar."""
    return value[-1].lower() in UNITS


def fits(operator: str, value: str) -> bool:
    """A span is only less or more; what goes from one day through another is only meant whole."""
    if is_span(value):
        return operator in OF_SPANS
    return operator == ":" or not stretches.is_range(value)


def span_in(value: str) -> timedelta:
    """The length of time of a value that is spelled so."""
    return int(value[:-1]) * UNITS[value[-1]]


def is_of_days(term: Term, zone: ZoneInfo) -> bool:
    """Whether a term asks for tickets created on few days, of which an index knows all."""
    if term.field != "created" or term.operator != ":" or term.is_negated:
        return False
    found = [stretches.stretch_in(value, zone) for value in term.values]
    return sum((each.end - each.start for each in found), timedelta()) <= FEW_DAYS


def _when(column: SQLColumnExpression[Any], asked: Asked) -> ColumnElement[bool]:
    """Before or after a moment that lies so far back, or on days."""
    if is_span(asked.value):
        border = clock.sql_now() - span_in(asked.value)
        return column < border if asked.operator == ">" else column > border
    return _on_days(column, asked)


def _ahead(column: SQLColumnExpression[Any], asked: Asked) -> ColumnElement[bool]:
    """The same where lengths of time lie ahead."""
    if is_span(asked.value):
        border = clock.sql_now() + span_in(asked.value)
        return column > border if asked.operator == ">" else column < border
    return _on_days(column, asked)


def _on_days(column: SQLColumnExpression[Any], asked: Asked) -> ColumnElement[bool]:
    stretch = stretches.stretch_in(asked.value, asked.zone)
    start, end = _written(stretch.start), _written(stretch.end)
    return {
        ":": and_(column >= start, column < end),
        "<": column < start,
        "<=": column < end,
        ">": column >= end,
        ">=": column >= start,
    }[asked.operator]


def _written(moment: datetime) -> ColumnElement[datetime]:
    """Written into the statement, not bound: one plan for a day and for ten years would be minutes slow for one."""
    return literal(moment, DateTime(timezone=True), literal_execute=True)


def moment(name: str, label: str, *, hint: str) -> Callable[[Condition], Condition]:
    """Make the decorated function the condition of a field about when something happened."""
    return criterion(
        name,
        label,
        takes=Takes.MOMENT,
        operators=COMPARED,
        examples=EXAMPLES,
        canonical=spelled,
        fits=fits,
        hint=hint,
    )


@moment("created", "Created", hint="created>7d, created:2026-11-22")
def created(asked: Asked) -> ColumnElement[bool]:
    return _when(Ticket.created_at, asked)


@moment("active", "Last activity", hint="active>3d, active<30m")
def active(asked: Asked) -> ColumnElement[bool]:
    """When somebody last wrote: what lists show as activity."""
    return _when(Ticket.last_activity_at, asked)


@moment("updated", "Last change", hint="updated>3d, updated<30m")
def updated(asked: Asked) -> ColumnElement[bool]:
    """When anything of the ticket itself last changed."""
    return _when(Ticket.updated_at, asked)


@moment("responded", "First answer", hint="responded:2026-11")
def responded(asked: Asked) -> ColumnElement[bool]:
    """When staff first answered; what nobody answered was responded to at no time."""
    return _when(Ticket.first_responded_at, asked)


@moment("resolved", "Resolved", hint="resolved<7d, resolved:2026-11")
def resolved(asked: Asked) -> ColumnElement[bool]:
    """When it was settled for good: a reopen forgets it."""
    return _when(Ticket.resolved_at, asked)


@moment("due", "Due", hint="due<2d (within two days), due:2026-11-22")
def due(asked: Asked) -> ColumnElement[bool]:
    """When somebody must have acted; what has no deadline is due at no time."""
    return _ahead(Ticket.due_at, asked)
