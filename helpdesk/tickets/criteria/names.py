"""How a name in a query finds things: the one called so; where there is none, all whose name contains it."""

import re
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased


def contains(column: InstrumentedAttribute[str], value: str) -> ColumnElement[bool]:
    """The value occurs in the column, in any case."""
    return column.ilike("%" + re.sub(r"([%_\\])", r"\\\1", value) + "%")


def named(column: InstrumentedAttribute[str], value: str) -> ColumnElement[bool]:
    """Of the rows with this column, the one of exactly this name, or else those whose name contains it."""
    other: Any = getattr(aliased(column.class_), column.key)
    is_exact = func.lower(column) == func.lower(value)
    # the role of statistics may read some columns only: EXISTS (SELECT *) would ask for all
    is_called_so = select(literal(1)).where(func.lower(other) == func.lower(value)).exists()
    return or_(is_exact, contains(column, value) & ~is_called_so)
