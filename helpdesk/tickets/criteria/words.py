"""Words anywhere in a ticket: title, messages and files as far as the reader may read them, people, number."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    any_,
    bindparam,
    false,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import EmailAddress, Organization, User
from helpdesk.tickets.criteria.names import around
from helpdesk.tickets.criteria.places import ATTACHMENTS, COMMENTS, NOTES, NUMBER, PEOPLE, PLACES, TITLE
from helpdesk.tickets.models import Attachment, Comment, FileText, Ticket
from helpdesk.tickets.models.words import FILENAME, beginning, phrase, words_in

Part = TypeVar("Part", bound=Select[Any])
Among = BindParameter[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase as each place looks for it: text, or parameters that get it when the statement runs."""

    text: str | BindParameter[str]
    number: str | BindParameter[str]
    """As tickets are numbered."""
    inside: str | BindParameter[str]
    """The pattern of what contains it."""
    is_phrase: bool


def word_of(text: str) -> Word:
    return Word(**_forms(text), is_phrase=is_phrase(text))


def bound_word(*, is_phrase: bool) -> Word:
    """The word of a statement that is kept for any: run it with `values_of_word`."""
    bound = {name: bindparam(f"word_{name}", type_=Text()) for name in ("text", "number", "inside")}
    return Word(**bound, is_phrase=is_phrase)


def values_of_word(text: str) -> Mapping[str, str]:
    return {f"word_{name}": value for name, value in _forms(text).items()}


def is_phrase(text: str) -> bool:
    return len(text.split()) != 1


def _forms(text: str) -> dict[str, str]:
    return {"text": text, "number": text.upper(), "inside": around(text)}


def says(
    word: str,
    user: User,
    *,
    is_prefix: bool = False,
    places: Collection[str] = PLACES,
    among: Among | None = None,
) -> ColumnElement[bool] | None:
    """The ticket has this word or phrase in one of the places; None for one without a letter or digit.

    A union and not an OR: each part then uses its own index. What is internal is asked of its own index, and for
    staff alone. Where only certain tickets are asked, the word is sought `among` them.
    """
    if not any(map(str.isalnum, word)):
        return None
    known = word_of(word)
    found = sought(known, is_prefix=is_prefix)
    parts = [part for place in PLACES if place in places for part in _parts(place, known, found, user)]
    if COMMENTS in places or NOTES in places:
        parts.extend(_of_notes(found, user))
    return Ticket.id.in_(union_all(*(of_these(part, among) for part in parts))) if parts else false()


def these(ids: Sequence[int]) -> Among:
    """Certain tickets, as a parameter and not as a subquery: PostgreSQL then knows how many, and puts their index and
    that of a word together before it reads a message. Made once a statement, so that they are sent once.
    """
    return bindparam("among", list(ids), ARRAY(BigInteger()), unique=True)


def of_these(part: Part, among: Among | None) -> Part:
    """What a part finds among certain tickets; its first column is the ticket's id."""
    return part if among is None else part.where(part.selected_columns[0] == any_(among))


def _parts(place: str, word: Word, found: ColumnElement[Any], user: User) -> list[Select[int]]:
    ticket = _other_ticket()
    if place == TITLE:
        return [select(ticket.id).where(words_in(ticket.title).op("@@")(found))]
    if place == NUMBER:
        return [select(ticket.id).where(ticket.ticket_number == word.number)]
    if place == COMMENTS:
        said = _said(found)
        return [said.where(~Comment.is_internal) if user.is_staff else said.where(*_PUBLISHED)]
    if place == ATTACHMENTS:
        carried = select(Comment.ticket_id).join(Attachment, Attachment.comment_id == Comment.id)
        readable = carried if user.is_staff else carried.where(*_PUBLISHED)
        name: ColumnElement[str] = literal_column(FILENAME, Text())
        text = readable.join(FileText, FileText.sha256 == Attachment.sha256)
        return [
            readable.where(words_in(name).op("@@")(found)),
            text.where(words_in(FileText.content).op("@@")(found)),
        ]
    if place == PEOPLE:
        people, organizations = people_called_so(word)
        return [
            select(ticket.id).where(ticket.requester_id.in_(people)),
            select(ticket.id).where(ticket.organization_id.in_(organizations)),
        ]
    return []


@cache
def _other_ticket() -> Any:
    """The tickets of the parts. Made once: an alias costs more than the rest of a condition."""
    return aliased(Ticket)


def _of_notes(found: ColumnElement[Any], user: User) -> list[Select[int]]:
    return [_said(found).where(Comment.is_internal)] if user.is_staff else []


def _said(found: ColumnElement[Any]) -> Select[int]:
    return select(Comment.ticket_id).where(words_in(Comment.content).op("@@")(found))


def people_called_so(word: Word) -> tuple[CompoundSelect[int], Select[int]]:
    """Whose name or address has the word, and organizations whose name has it."""
    people = (
        select(User.id)
        .where(User.full_name.ilike(word.inside))
        .union(select(EmailAddress.user_id).where(EmailAddress.email.ilike(word.inside)))
    )
    return people, select(Organization.id).where(Organization.name.ilike(word.inside))


_PUBLISHED = (~Comment.is_internal, Comment.published_at.is_not(None))


def sought(word: Word, *, is_prefix: bool) -> ColumnElement[Any]:
    """What PostgreSQL compares vectors with: a phrase, or the beginning of a word that is still being typed."""
    return beginning(word.text) if is_prefix and not word.is_phrase else phrase(word.text)
