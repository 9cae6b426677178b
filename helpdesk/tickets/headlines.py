"""Where the words of a search stand in a ticket: a few words of the message that says most of them, and the title.

What was found stands between two characters that no text has, for the reader's page to mark. They are no markup: who
shows such a text escapes its pieces like any other.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    SQLColumnExpression,
    Text,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, TSQUERY
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import User
from helpdesk.tickets.criteria.terms import Query
from helpdesk.tickets.criteria.words import Word, sought, word_of
from helpdesk.tickets.models import Attachment, Comment, FileText, Ticket
from helpdesk.tickets.models.words import CONFIGURATION, FILENAME, words_in

BEGIN, END = "\ue000", "\ue001"
"""Around what was found. Of Unicode's private use, and taken out of what people wrote."""
LATEST = 50
"""Messages of a ticket that are looked through for the place; a conversation may have thousands."""
LOOKED_AT = 20_000
"""Characters of a message or file: what stands further behind is found, but not shown."""
_MARKS = f"StartSel={BEGIN}, StopSel={END}"
_FEW_WORDS = f"{_MARKS}, MaxFragments=1, MinWords=5, MaxWords=16, ShortWord=0"
_ALL_WORDS = f"{_MARKS}, HighlightAll=true"
_SHORT = 120
"""Characters of a text that is shown whole: cut out words lose the stop behind the last of them."""

Sought = Sequence[ColumnElement[Any]]
"""Each word and phrase, as PostgreSQL compares texts with it."""


def sought_by(query: Query) -> Sought:
    """The words and phrases of a query that may be why a ticket is found; the last may be unfinished."""
    words = [word for word in query.sought if any(map(str.isalnum, word))]
    last = [term for term in query.all_terms if not term.field][-1:]
    unfinished = last[0].values[0] if last and not last[0].is_negated else None
    return tuple(sought(word_of(word), is_prefix=word == unfinished) for word in words)


def beginnings(words: Sequence[str]) -> Sought:
    """Each of them as the beginning of a word."""
    return tuple(sought(word_of(word), is_prefix=True) for word in words if any(map(str.isalnum, word)))


def word_sought(word: Word) -> Sought:
    """One that a statement is kept for, and that may be unfinished."""
    return (sought(word, is_prefix=True),)


def marked_title(words: Sought) -> ColumnElement[str]:
    """The title of the row's ticket, whole."""
    return _marked(Ticket.title, words, _ALL_WORDS)


def marked_message(words: Sought, reader: User, **more: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """Of the row's ticket the message that has all the words, or the newest that has one, as `{"words": …,
    "is_internal": …}` and what `more` names; null where none of the LATEST has any. Notes are for staff alone.
    """
    text = func.left(Comment.content, LOOKED_AT, type_=Text())
    told: dict[str, Any] = {
        "words": _some_of(text, words),
        "is_internal": Comment.is_internal,
        **more,
    }
    said = select(func.jsonb_build_object(*_flat(told), type_=JSONB)).where(
        Comment.ticket_id == Ticket.id,
        Comment.created_at >= _since(reader),
        words_in(text).op("@@")(_any_of(words)),
        *_readable(Comment, reader),
    )
    has_all = [words_in(text).op("@@")(_all_of(words)).desc()] if len(words) > 1 else []
    if more:
        said = said.join(User, User.id == Comment.author_id)
    newest = said.order_by(*has_all, Comment.created_at.desc(), Comment.id.desc()).limit(1)
    return newest.correlate(Ticket).scalar_subquery()


def _since(reader: User) -> ColumnElement[datetime]:
    """When the oldest of the LATEST messages was written; before all there is where there are fewer."""
    each = _other_comment()
    oldest = (
        select(each.created_at)
        .where(each.ticket_id == Ticket.id, *_readable(each, reader))
        .order_by(each.created_at.desc(), each.id.desc())
        .offset(LATEST - 1)
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )
    return func.coalesce(oldest, literal_column("'-infinity'::timestamptz", DateTime(timezone=True)))


@cache
def _other_comment() -> type[Comment]:
    return aliased(Comment)  # made once: it costs more than the rest of the statement


def _readable(message: type[Comment], reader: User) -> tuple[ColumnElement[bool], ...]:
    return () if reader.is_staff else (~message.is_internal, message.published_at.is_not(None))


def marked_file(words: Sought) -> ColumnElement[Any]:
    """Of the row's ticket the newest file that has one of the words, as `{"name": …, "words": …}`, for staff."""
    name: ColumnElement[str] = literal_column(FILENAME, Text())
    text = func.left(FileText.content, LOOKED_AT, type_=Text())
    any_of_them = _any_of(words)
    told = {"name": Attachment.filename, "words": _some_of(text, words)}
    return (
        select(func.jsonb_build_object(*_flat(told), type_=JSONB))
        .select_from(Comment)
        .join(Attachment, Attachment.comment_id == Comment.id)
        .outerjoin(FileText, FileText.sha256 == Attachment.sha256)
        .where(
            Comment.ticket_id == Ticket.id,
            or_(words_in(name).op("@@")(any_of_them), words_in(text).op("@@")(any_of_them)),
        )
        .order_by(Comment.created_at.desc(), Attachment.id.desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def _some_of(text: SQLColumnExpression[Any], words: Sought) -> ColumnElement[str]:
    is_short = func.length(text) <= _SHORT
    return _marked(text, words, case((is_short, _ALL_WORDS), else_=_FEW_WORDS))


def _marked(
    text: SQLColumnExpression[Any], words: Sought, options: str | ColumnElement[str]
) -> ColumnElement[str]:
    configuration: ColumnElement[Any] = literal_column(f"'{CONFIGURATION}'")
    plain = func.translate(text, BEGIN + END, "")
    return func.ts_headline(configuration, plain, _any_of(words), options, type_=Text())


def _any_of(words: Sought) -> ColumnElement[Any]:
    return reduce(lambda one, other: func.tsquery_or(one, other, type_=TSQUERY()), words)


def _all_of(words: Sought) -> ColumnElement[Any]:
    return reduce(lambda one, other: func.tsquery_and(one, other, type_=TSQUERY()), words)


def _flat(told: dict[str, Any]) -> list[Any]:
    return [each for pair in told.items() for each in pair]
