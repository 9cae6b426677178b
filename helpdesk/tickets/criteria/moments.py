"""Fields about how long ago something happened: `created>7d` is more than seven days ago, `created<7d` less."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression

from helpdesk.core import clock
from helpdesk.tickets.criteria.known import Asked, criterion
from helpdesk.tickets.models import Ticket

UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SPAN = re.compile(r"([0-9]{1,4}) ?([mhdw])", re.IGNORECASE)
OPERATORS = "<>"


def spelled(value: str) -> str:
    """90m, 8h, 7d, 2w. Raises ValueError for anything else."""
    found = _SPAN.fullmatch(value)
    if found is None:
        raise ValueError(value)
    return f"{int(found[1])}{found[2].lower()}"


def span_in(value: str) -> timedelta:
    """The length of time of a value that is spelled so."""
    return int(value[:-1]) * UNITS[value[-1]]


def _ago(column: SQLColumnExpression[Any], asked: Asked) -> ColumnElement[bool]:
    border = clock.sql_now() - span_in(asked.value)
    return column < border if asked.operator == ">" else column > border


@criterion("created", operators=OPERATORS, canonical=spelled, hint="created>7d, created<12h")
def created(asked: Asked) -> ColumnElement[bool]:
    return _ago(Ticket.created_at, asked)


@criterion("active", operators=OPERATORS, canonical=spelled, hint="active>3d, active<30m")
def active(asked: Asked) -> ColumnElement[bool]:
    """When somebody last wrote: what lists show as activity."""
    return _ago(Ticket.last_activity_at, asked)


@criterion("updated", operators=OPERATORS, canonical=spelled, hint="updated>3d, updated<30m")
def updated(asked: Asked) -> ColumnElement[bool]:
    """When anything of the ticket itself last changed."""
    return _ago(Ticket.updated_at, asked)
