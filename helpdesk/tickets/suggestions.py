"""What somebody may mean while they are still typing: tickets, people, organizations, tags. One statement, bounded.

However many tickets there are, and however common the word: tickets are those with the number, then the newest that
have the words in their titles. The NEWEST are read; where those with the words are few, the index is asked for those
of LATELY, and where these are few, too, for MOST of all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial, reduce
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)

from helpdesk.accounts.models import EmailAddress, Organization, User
from helpdesk.core import clock
from helpdesk.tickets.kept import kept, values_of
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.models.words import beginning, phrase, words_in
from helpdesk.tickets.people import organizations_for, people_for
from helpdesk.tickets.queries import name_of, tickets_for

NEWEST = 500
LATELY = timedelta(days=30)
MOST = 2_000
MOST_WORDS = 8
SHOWN = 5
FEWER = 3
SHORTEST = 2
"""Fewer letters say too little to look for."""
LONG_ENOUGH = 3
"""Letters of a word before it is looked for inside names."""
LAST = "\U0010ffff"
"""Sorts behind every other character."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement differs by, beside who reads: whether a number is sought, how many words, and whether one of
    them is long enough to be looked for inside names.
    """

    is_numbered: bool
    words: int
    is_long: bool


def suggestions(typed: str, number: str | None, user: User) -> tuple[Select[Any], Mapping[str, Any]] | None:
    """Rows of kind, key, name and second line, those of a kind together: a kept statement, and what to run it with.
    None where nothing can be meant.

    `number` is the ticket number that was typed, if it can be one.
    """
    words = _WORD.findall(typed)[:MOST_WORDS]
    if sum(map(len, words)) < SHORTEST:
        words = []
    if not words and not number:
        return None
    shape = Shape(bool(number), len(words), max(map(len, words), default=0) >= LONG_ENOUGH)
    begun = typed.strip().lower()
    values: dict[str, Any] = {
        "begun": begun,
        "ended": begun + LAST,
        "number": (number or "").upper(),
        "since": clock.now() - LATELY,
    }
    for place, word in enumerate(words):
        values |= {f"word_{place}": word, f"inside_{place}": rf"\m{word}"}
    return _statement(shape)(user), {**values, **values_of(user)}


@cache
def _statement(shape: Shape) -> Callable[[User], Select[Any]]:
    return kept(partial(_built, shape))


def _built(shape: Shape, reader: User) -> Select[Any]:
    parts: list[Select[Any]] = [_numbered(reader)] if shape.is_numbered else []
    if shape.words:
        parts += [_titled(shape, reader), _people(shape, reader), _organizations(reader), _tags()]
    return select(union_all(*(part.subquery().select() for part in parts)).subquery())


def _row(kind: str, key: Any, name: Any, second: Any) -> tuple[ColumnElement[Any], ...]:
    return (
        literal(kind).label("kind"),
        cast(key, Text).label("key"),
        cast(name, Text).label("name"),
        cast(second, Text).label("second"),
    )


def _ticket() -> tuple[ColumnElement[Any], ...]:
    return _row("ticket", Ticket.ticket_number, Ticket.title, name_of(Ticket.requester_id))


def _numbered(reader: User) -> Select[Any]:
    return tickets_for(reader).where(Ticket.ticket_number == _given("number")).with_only_columns(*_ticket())


def _titled(shape: Shape, reader: User) -> Select[Any]:
    *finished, last = (_given(f"word_{place}") for place in range(shape.words))
    sought = reduce(lambda one, other: one.op("&&")(other), [*map(phrase, finished), beginning(last)])
    newest = select(Ticket.id, Ticket.title).order_by(Ticket.id.desc()).limit(NEWEST).subquery()
    of_newest = select(newest.c.id).where(words_in(newest.c.title).op("@@")(sought)).scalar_subquery()
    visible = tickets_for(reader).with_only_columns(Ticket.id)
    fresh = visible.where(Ticket.id.in_(of_newest)).cte("fresh")
    named = visible.where(words_in(Ticket.title).op("@@")(sought))
    late = named.where(Ticket.created_at > bindparam("since", type_=DateTime(timezone=True)), _are_few(fresh))
    lately = _first(late, "lately", MOST).cte("lately_first")
    indexed = named.where(_are_few(fresh), _are_few(lately))
    found = union(select(fresh.c.id), select(lately.c.id), _first(indexed, "titled", MOST)).subquery()
    shown = select(found.c.id).order_by(found.c.id.desc()).limit(SHOWN).scalar_subquery()
    return select(Ticket).where(Ticket.id.in_(shown)).with_only_columns(*_ticket()).order_by(Ticket.id.desc())


def _are_few(found: FromClause) -> ColumnElement[bool]:
    return select(func.count() < SHOWN).select_from(found).scalar_subquery()


def _people(shape: Shape, reader: User) -> Select[Any]:
    """Whose name or address begins so, and, from a word of some length on, whose name has words that begin so."""
    known = people_for(reader)
    name = func.lower(User.full_name, type_=Text())
    named = known.where(_begins(name)).with_only_columns(User.id).order_by(name, User.id).limit(SHOWN)
    addressed = (
        select(EmailAddress.user_id)
        .where(_begins(EmailAddress.email_key), ~EmailAddress.is_claim)
        .order_by(EmailAddress.email_key)
        .limit(SHOWN)
    )
    parts: list[Select[Any]] = [named.subquery().select(), addressed.subquery().select()]
    if shape.is_long:
        inside = (User.full_name.op("~*")(_given(f"inside_{place}")) for place in range(shape.words))
        called = known.where(*inside)
        parts.append(_first(called.with_only_columns(User.id), "called", SHOWN * SHOWN))
    shown = func.coalesce(func.nullif(User.full_name, ""), User.email)
    return (
        known.where(User.id.in_(union(*parts).scalar_subquery()))
        .with_only_columns(*_row("person", User.id, shown, User.email))
        .order_by(_begins(name).desc(), name, User.id)
        .limit(SHOWN)
    )


def _organizations(reader: User) -> Select[Any]:
    name = func.lower(Organization.name, type_=Text())
    found = organizations_for(reader).where(_begins(name)).order_by(name).limit(FEWER)
    return found.with_only_columns(*_row("organization", Organization.id, Organization.name, null()))


def _tags() -> Select[Any]:
    begins_so = _begins(func.lower(Tag.name, type_=Text()))
    return select(*_row("tag", Tag.name, Tag.name, null())).where(begins_so).order_by(Tag.name).limit(FEWER)


def _begins(column: Any) -> ColumnElement[bool]:
    """As a range: LIKE uses no index where its pattern is a parameter of a kept plan."""
    return and_(column >= _given("begun"), column < _given("ended"))


def _given(name: str) -> BindParameter[str]:
    return bindparam(name, type_=Text())


def _first(found: Select[Any], name: str, most: int) -> Select[Any]:
    """Some of these rows, planned as if all were wanted: for a few, PostgreSQL would rather read the table."""
    return (
        found.cte(name)
        .prefix_with("MATERIALIZED", dialect="postgresql")
        .select()
        .limit(most)
        .subquery()
        .select()
    )
