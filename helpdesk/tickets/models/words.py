"""The words of tickets and comments as PostgreSQL searches them: expressions with an index each.

What customers may read and what only staff may read are two vectors with two indexes: a search asks for one or for
both, and never learns from the one what stands in the other.
"""

from typing import Any

from sqlalchemy import (
    DDL,
    BindParameter,
    ColumnElement,
    Index,
    SQLColumnExpression,
    event,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from helpdesk.core.db import Base
from helpdesk.database.search_language import BEGINNING, CONFIGURATIONS, WORDS

CONFIGURATION = WORDS
FILENAME = "translate(filename, '._-()', '     ')"
"""The name of a file as words: PostgreSQL would take scan_may.pdf for one."""

for _statement in ("create extension if not exists unaccent", *CONFIGURATIONS, BEGINNING.replace("%", "%%")):
    event.listen(Base.metadata, "before_create", DDL(_statement))  # type: ignore[no-untyped-call]  # SQLAlchemy's, without types


def words_in(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """The vector of a text, exactly as the indexes know it."""
    return func.to_tsvector(literal_column(f"'{CONFIGURATION}'"), column, type_=TSVECTOR())


def words_index(name: str, column: str, where: str | None = None) -> Index:
    """What finds words in a column, or in those rows of it that meet a condition."""
    vector: ColumnElement[str] = literal_column(f"to_tsvector('{CONFIGURATION}', {column})")
    return Index(name, vector, postgresql_using="gin", postgresql_where=where)


def phrase(words: str | BindParameter[str]) -> ColumnElement[Any]:
    """What finds these words one after another, each in the forms that the language of the texts takes for one."""
    return func.phraseto_tsquery(literal_column(f"'{CONFIGURATION}'"), words, type_=TSQUERY())


def beginning(word: str | BindParameter[str]) -> ColumnElement[Any]:
    """What finds the words of which this is the beginning: somebody is still typing."""
    return func.helpdesk_beginning(word, type_=TSQUERY())
