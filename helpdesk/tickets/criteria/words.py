"""Words anywhere in a ticket: title, messages as far as the reader may read them, requester, organization, number."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import EmailAddress, Organization, User
from helpdesk.tickets.criteria.names import contains
from helpdesk.tickets.models import Comment, Ticket
from helpdesk.tickets.models.words import CONFIGURATION, words_in

_CONFIGURATION: ColumnElement[Any] = literal_column(f"'{CONFIGURATION}'")


def says(word: str, user: User, *, is_prefix: bool = False) -> ColumnElement[bool] | None:
    """The ticket has this word or phrase somewhere; None for one without a letter or digit.

    A union and not an OR: each part then uses its own index. What is internal is asked of its own index, and for
    staff alone.
    """
    if not any(map(str.isalnum, word)):
        return None
    found = _sought(word, is_prefix=is_prefix)
    ticket = aliased(Ticket)
    said = select(Comment.ticket_id).where(words_in(Comment.content).op("@@")(found))
    people = (
        select(User.id)
        .where(contains(User.full_name, word))
        .union(select(EmailAddress.user_id).where(contains(EmailAddress.email, word)))
    )
    organizations = select(Organization.id).where(contains(Organization.name, word))
    places: list[Select[int]] = [
        select(ticket.id).where(words_in(ticket.title).op("@@")(found)),
        select(ticket.id).where(ticket.ticket_number == word.upper()),
        said.where(~Comment.is_internal) if user.is_staff else said.where(*_PUBLISHED),
        select(ticket.id).where(ticket.requester_id.in_(people)),
        select(ticket.id).where(ticket.organization_id.in_(organizations)),
    ]
    if user.is_staff:
        places.append(said.where(Comment.is_internal))
    return Ticket.id.in_(union_all(*places))


_PUBLISHED = (~Comment.is_internal, Comment.published_at.is_not(None))


def _sought(word: str, *, is_prefix: bool) -> ColumnElement[Any]:
    """What PostgreSQL compares vectors with: a phrase, or the beginning of a word that is still being typed."""
    if not is_prefix or len(word.split()) > 1:
        return func.phraseto_tsquery(_CONFIGURATION, word)
    text = word.replace("\\", "\\\\").replace("'", "''")
    return func.to_tsquery(_CONFIGURATION, f"'{text}':*")
