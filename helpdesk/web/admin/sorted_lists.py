"""Lists that are searched, sorted and paged: what the address asks of one, its rows, and the addresses beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, or_, select, true

from helpdesk.core.counts import capped, told
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import KeysetPage, keyset_page
from helpdesk.web.admin.list_order import Head, ListOrder, Orders, asked_order

PAGE_SIZE = 50
MOST_WORDS = 5
MARKS = ("after", "before")


@dataclass(frozen=True, slots=True)
class SortedList:
    """One page of a list and how it was asked for. `kept` is whatever else the address chooses, such as filters."""

    endpoint: str
    page: KeysetPage[Any]
    count: int
    words: str
    order: ListOrder
    kept: Mapping[str, Any]
    counted_at: datetime | None = None
    """When the numbers it is sorted by were counted, where that is a while ago."""

    def url(self, **changes: Any) -> str:
        """The same list, changed in this; None takes something away."""
        asked = {**self.kept, "q": self.words, "sort": self.order.sort, **changes}
        return url_for(self.endpoint, **{name: value for name, value in asked.items() if value})

    @property
    def heads(self) -> dict[str, Head]:
        """Of the columns it can be sorted by."""
        return self.order.heads(lambda sort: self.url(sort=sort))

    @property
    def fields(self) -> dict[str, Any]:
        """What the form of the search keeps."""
        chosen = {**self.kept, "sort": self.order.sort}
        return {name: value for name, value in chosen.items() if value}


def asked_words() -> str:
    """What is searched."""
    return one_line(request.args.get("q", ""))


def list_state(*more: str) -> dict[str, Any]:
    """What the address chooses of a list: kept by every link and form beside it."""
    asked = {name: one_line(request.args.get(name, "")) for name in ("q", "sort", *MARKS, *more)}
    return {name: value for name, value in asked.items() if value}


def sorted_list(
    endpoint: str, rows: Select[Any], *, orders: Orders, kept: Mapping[str, Any] | None = None
) -> SortedList:
    """The page the address asks for, and how many rows there are, up to a cap. One statement; two for an empty page."""
    order = asked_order(orders)
    marks = {name: one_line(request.args.get(name, "")) or None for name in MARKS}
    counted = capped(rows)
    numbered = rows.add_columns(counted.label("_count"))
    page = keyset_page(numbered, order.keys, size=PAGE_SIZE, **marks)
    count: int = page.rows[0]._count if page.rows else db.session.scalars(select(counted)).one()
    return SortedList(endpoint, page, told(count), asked_words(), order, kept or {})


def has_words(words: str, *columns: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Every word occurs in one of the columns, in any case; nothing is asked by an empty text."""
    patterns = ["%" + re.sub(r"([%_\\])", r"\\\1", word) + "%" for word in words.split()[:MOST_WORDS]]
    return and_(true(), *(or_(*(column.ilike(pattern) for column in columns)) for pattern in patterns))
