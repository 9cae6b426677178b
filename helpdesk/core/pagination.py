"""Keyset paging: a page starts after a row, not after a number of rows, so that page 1,000 costs what page 1 costs."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, or_

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome

R = TypeVar("R", bound=Row[Any])


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order. The last key of an order must be unique; none may be null."""

    column: SQLColumnExpression[Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[R]):
    """Rows in order, and the marks from which the neighbouring pages start (None where there is no such page)."""

    rows: Sequence[R]
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement that somebody keeps, what `paged` makes of it for the first page, and the values for both."""

    statement: Select[Any]
    first: Select[Any]
    values: Mapping[str, Any]


class BadMark(Unwelcome):
    """The mark in the address was not made by us."""

    def __init__(self) -> None:
        super().__init__("The address of this page is damaged. Start again from the first page of the list.")


def keyset_page(
    statement: Select[Any] | Kept,
    order: Sequence[Key],
    *,
    size: int,
    after: str | None = None,
    before: str | None = None,
) -> KeysetPage[Any]:
    """One page of `statement` in `order`. Costs one statement. Raises BadMark for a mangled mark."""
    mark, backwards = direction_of(after, before)
    kept = statement if isinstance(statement, Kept) else None
    if kept is not None and mark is None:
        asked = kept.first
    else:
        whole = kept.statement if kept is not None else cast("Select[Any]", statement)
        asked = paged(whole, order, size=size, mark=mark, backwards=backwards)
    found = list(db.session.execute(asked, kept.values if kept is not None else None))
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()

    def mark_of(row: Row[Any]) -> str:
        return _write([row._mapping[_name(number)] for number in range(len(order))])

    has_next = more if not backwards else True
    has_previous = more if backwards else mark is not None
    return KeysetPage(
        rows=rows,
        after=mark_of(rows[-1]) if rows and has_next else None,
        before=mark_of(rows[0]) if rows and has_previous else None,
    )


def direction_of(after: str | None, before: str | None) -> tuple[str | None, bool]:
    """The mark a page starts from, and whether it goes backwards from there."""
    backwards = before is not None and after is None
    return before if backwards else after, backwards


def paged(
    statement: Select[Any],
    order: Sequence[Key],
    *,
    size: int,
    mark: str | None = None,
    backwards: bool = False,
) -> Select[Any]:
    """The statement of one page and of one row more, which tells whether it goes on. Raises BadMark."""
    keys = [Key(key.column, key.descending ^ backwards) for key in order]
    statement = statement.add_columns(*(key.column.label(_name(number)) for number, key in enumerate(keys)))
    if mark is not None:
        statement = statement.where(beyond(keys, _read(mark, keys)))
    in_order = (key.column.desc() if key.descending else key.column.asc() for key in keys)
    return statement.order_by(None).order_by(*in_order).limit(size + 1)


def _name(number: int) -> str:
    return f"_key_{number}"


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows strictly after the mark: (a > x) or (a = x and b > y) …, also where directions are mixed.

    `a >= x` follows from it, and is said once more: only so does an index start there, not at its first row.
    """
    steps: list[ColumnElement[bool]] = []
    for place, key in enumerate(keys):
        same = [earlier.column == value for earlier, value in zip(keys[:place], values[:place], strict=True)]
        further: Callable[[Any], ColumnElement[bool]] = (
            key.column.__lt__ if key.descending else key.column.__gt__
        )
        steps.append(and_(*same, further(values[place])))
    first, value = keys[0].column, values[0]
    return and_(first <= value if keys[0].descending else first >= value, or_(*steps))


def _write(values: Sequence[Any]) -> str:
    plain = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(mark: str, keys: Sequence[Key]) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        values = [datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value for value in plain]
    except (ValueError, KeyError, TypeError) as error:
        raise BadMark from error
    if len(values) != len(keys) or not all(map(_fits, keys, values)):
        raise BadMark
    return values


def _fits(key: Key, value: Any) -> bool:
    """Whether PostgreSQL can compare the value with the column: what is typed into an address may be anything."""
    kind = cast("ColumnElement[Any]", key.column).type.python_type
    if isinstance(value, datetime):
        return kind is datetime and value.tzinfo is not None
    if isinstance(value, str):
        storable = "\x00" not in value and value.encode("utf-8", "ignore").decode() == value
        return storable and (kind is str or (issubclass(kind, StrEnum) and value in list(kind)))
    return type(value) is int is kind and abs(value) < 2**63
