"""The words of tickets and comments as PostgreSQL searches them: expressions with an index each.

What customers may read and what only staff may read are two vectors with two indexes: a search asks for one or for
both, and never learns from the one what stands in the other.
"""

from sqlalchemy import DDL, ColumnElement, Index, SQLColumnExpression, event, func, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR

from helpdesk.core.db import Base

CONFIGURATION = "helpdesk_words"
"""Words as they are, without accents: the name of PostgreSQL's text search configuration."""

for _statement in (
    "create extension if not exists unaccent",
    f"create text search configuration {CONFIGURATION} (copy = simple)",
    f"alter text search configuration {CONFIGURATION} alter mapping for hword, hword_part, word with unaccent, simple",
):
    event.listen(Base.metadata, "before_create", DDL(_statement))  # type: ignore[no-untyped-call]  # SQLAlchemy's, without types


def words_in(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """The vector of a text, exactly as the indexes know it."""
    return func.to_tsvector(literal_column(f"'{CONFIGURATION}'"), column, type_=TSVECTOR())


def words_index(name: str, column: str, where: str | None = None) -> Index:
    """What finds words in a column, or in those rows of it that meet a condition."""
    vector: ColumnElement[str] = literal_column(f"to_tsvector('{CONFIGURATION}', {column})")
    return Index(name, vector, postgresql_using="gin", postgresql_where=where)
