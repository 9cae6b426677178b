"""Where a word was found, and how much that speaks for the ticket: a moment. Latest first is best first.

A message speaks with the moment it was written, a title as if the ticket were MORE_FOR_TITLE younger, a number for
its ticket before all others. These are moments of rows, so a page of the best needs to look only at what is younger
than the last of them: a word that half of all tickets have costs no more than a rare one.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    Text,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import User
from helpdesk.tickets.criteria.places import ATTACHMENTS, COMMENTS, NOTES, NUMBER, PEOPLE, TITLE
from helpdesk.tickets.criteria.words import Among, Word, of_these, people_called_so, sought
from helpdesk.tickets.models import Attachment, Comment, FileText, Ticket
from helpdesk.tickets.models.words import FILENAME, words_in

MORE_FOR_TITLE = timedelta(days=30)
MORE_FOR_NUMBER = timedelta(days=36_500)


def hits(
    word: Word,
    user: User,
    *,
    is_prefix: bool,
    places: Collection[str],
    since: datetime | BindParameter[datetime] | None,
    among: Among | None = None,
) -> Select[int, datetime]:
    """Each ticket with the word and its latest moment: columns `ticket_id` and `moment`, for staff alone.

    With `since` only what has a later moment, with `among` only of these tickets.
    """
    everything = every_hit(word, user, is_prefix=is_prefix, places=places, since=since, among=among)
    found = everything.subquery("found")
    return select(found.c.ticket_id, func.max(found.c.moment).label("moment")).group_by(found.c.ticket_id)


def every_hit(
    word: Word,
    user: User,
    *,
    is_prefix: bool,
    places: Collection[str],
    since: datetime | BindParameter[datetime] | None,
    among: Among | None = None,
) -> CompoundSelect[int, datetime]:
    """The same with each place of a ticket by itself: whoever needs a few need not find all."""
    assert user.is_staff
    found = sought(word, is_prefix=is_prefix)
    places = {*places, NOTES} if COMMENTS in places else set(places)
    parts = [
        of_these(part if since is None else part.where(moment > since - more), among)
        for place in sorted(places)
        for part, moment, more in _parts(place, word, found)
    ]
    return union_all(*parts)


_NOTHING_MORE = timedelta()
_Part = tuple[Select[*tuple[Any, ...]], SQLColumnExpression[datetime], timedelta]


def _parts(place: str, word: Word, found: ColumnElement[Any]) -> list[_Part]:
    """What is found in a place, when that was, and how much more it is worth."""
    if place in (COMMENTS, NOTES):
        said = _said().where(words_in(Comment.content).op("@@")(found))
        where = Comment.is_internal if place == NOTES else ~Comment.is_internal
        return [(said.where(where), Comment.created_at, _NOTHING_MORE)]
    if place == ATTACHMENTS:
        carried = _said().join(Attachment, Attachment.comment_id == Comment.id)
        text = carried.join(FileText, FileText.sha256 == Attachment.sha256)
        name: ColumnElement[str] = literal_column(FILENAME, Text())
        return [
            (carried.where(words_in(name).op("@@")(found)), Comment.created_at, _NOTHING_MORE),
            (text.where(words_in(FileText.content).op("@@")(found)), Comment.created_at, _NOTHING_MORE),
        ]
    ticket = _ticket()
    if place == TITLE:
        return [_of(ticket, words_in(ticket.title).op("@@")(found), MORE_FOR_TITLE)]
    if place == NUMBER:
        return [_of(ticket, ticket.ticket_number == word.number, MORE_FOR_NUMBER)]
    if place == PEOPLE:
        people, organizations = people_called_so(word)
        return [
            _of(ticket, ticket.requester_id.in_(people), _NOTHING_MORE),
            _of(ticket, ticket.organization_id.in_(organizations), _NOTHING_MORE),
        ]
    return []


@cache
def _ticket() -> type[Ticket]:
    return aliased(
        Ticket
    )  # each part is a SELECT of its own; to make one costs as much as all the rest of it


def _said() -> Select[*tuple[Any, ...]]:
    return select(Comment.ticket_id.label("ticket_id"), Comment.created_at.label("moment"))


def _of(ticket: Any, condition: ColumnElement[bool], more: timedelta) -> _Part:
    found = select(ticket.id.label("ticket_id"), (ticket.created_at + more).label("moment"))
    return found.where(condition), ticket.created_at, more
