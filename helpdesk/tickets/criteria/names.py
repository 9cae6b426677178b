"""How a name in a query finds things: the one called so; where there is none, all whose name contains it."""

import re
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased


def contains(column: InstrumentedAttribute[str], value: str) -> ColumnElement[bool]:
    """The value occurs in the column, in any case."""
    return column.ilike(around(value))


def around(value: str) -> str:
    """The pattern of ILIKE for what contains the value."""
    return "%" + re.sub(r"([%_\\])", r"\\\1", value) + "%"


def named(column: InstrumentedAttribute[str], value: str) -> ColumnElement[bool]:
    """Of the rows with this column, the one of exactly this name, or else those whose name contains it."""
    kind: Any = column.class_
    other = getattr(_other(kind), column.key)
    is_exact = func.lower(column) == func.lower(value)
    # the role of statistics may read some columns only: EXISTS (SELECT *) would ask for all
    is_called_so = select(literal(1)).where(func.lower(other) == func.lower(value)).exists()
    return or_(is_exact, contains(column, value) & ~is_called_so)


@cache
def _other(kind: Any) -> Any:
    """Made once: an alias costs more than the rest of a condition."""
    return aliased(kind)
