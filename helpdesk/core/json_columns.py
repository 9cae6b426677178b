"""Rows below a row as JSON columns. Names and the empty list stand in the text of the statement: bound, each would be
one more parameter to send and to plan for.
"""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB


def json_object(**columns: Any) -> ColumnElement[Any]:
    """An object of these columns, by names that the code knows."""
    pairs: list[Any] = []
    for name, column in columns.items():
        pairs += (literal_column(f"'{name}'"), column)
    return func.jsonb_build_object(*pairs, type_=JSONB)


def or_empty(aggregate: ColumnElement[Any]) -> ColumnElement[Any]:
    """A list that nothing is in, where PostgreSQL says null."""
    return func.coalesce(aggregate, literal_column("'[]'::jsonb", JSONB), type_=JSONB)
