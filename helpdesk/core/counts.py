"""How many rows a list has, told up to a cap: counting on would cost more the longer a desk is in use."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

COUNTED = 1000
"""Whoever has more to do does not need to know how many more."""


class AtLeast(int):
    """A number that was not counted to its end: another thing than just as many, also where something is kept by it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AtLeast) and int(self) == int(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((AtLeast, int(self)))


def capped(rows: Select[Any]) -> ColumnElement[int]:
    """How many they are; COUNTED + 1 where they are more than COUNTED."""
    one_each = rows.order_by(None).with_only_columns(literal(1).label("one"), maintain_column_froms=True)
    return select(func.count()).select_from(one_each.limit(COUNTED + 1).subquery()).scalar_subquery()


def told(count: int) -> int:
    """What a capped count says."""
    return AtLeast(COUNTED) if count > COUNTED else count
