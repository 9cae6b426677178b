"""Fields about when something happened. How long ago: `created>7d` is more than seven days ago, `created<7d` less. Or
on which days of the desk: `created:2026-11-22`, `created>=2026-11` (then or later), `created<2026-11` (before).
"""

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, SQLColumnExpression, and_, literal

from helpdesk.core import clock
from helpdesk.tickets.criteria import stretches
from helpdesk.tickets.criteria.known import Asked, criterion
from helpdesk.tickets.models import Ticket

UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SPAN = re.compile(r"([0-9]{1,4}) ?([mhdw])", re.IGNORECASE)
OF_SPANS = ("<", ">")
OPERATORS = (":", "<", "<=", ">", ">=")


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


def _when(column: SQLColumnExpression[Any], asked: Asked) -> ColumnElement[bool]:
    if is_span(asked.value):
        border = clock.sql_now() - span_in(asked.value)
        return column < border if asked.operator == ">" else column > border
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


@criterion(
    "created", operators=OPERATORS, canonical=spelled, fits=fits, hint="created>7d, created:2026-11-22"
)
def created(asked: Asked) -> ColumnElement[bool]:
    return _when(Ticket.created_at, asked)


@criterion("active", operators=OPERATORS, canonical=spelled, fits=fits, hint="active>3d, active<30m")
def active(asked: Asked) -> ColumnElement[bool]:
    """When somebody last wrote: what lists show as activity."""
    return _when(Ticket.last_activity_at, asked)


@criterion("updated", operators=OPERATORS, canonical=spelled, fits=fits, hint="updated>3d, updated<30m")
def updated(asked: Asked) -> ColumnElement[bool]:
    """When anything of the ticket itself last changed."""
    return _when(Ticket.updated_at, asked)


@criterion("responded", operators=OPERATORS, canonical=spelled, fits=fits, hint="responded:2026-11")
def responded(asked: Asked) -> ColumnElement[bool]:
    """When staff first answered; what nobody answered was responded to at no time."""
    return _when(Ticket.first_responded_at, asked)


@criterion(
    "resolved", operators=OPERATORS, canonical=spelled, fits=fits, hint="resolved<7d, resolved:2026-11"
)
def resolved(asked: Asked) -> ColumnElement[bool]:
    """When it was settled for good: a reopen forgets it."""
    return _when(Ticket.resolved_at, asked)
