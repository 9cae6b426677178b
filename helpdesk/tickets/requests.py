"""Tickets as the customers' side sees them: whose they are, what is new in them, which have which words.

Functions take and return a Select or a column of it, and stand on what `tickets_for` lets through.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    and_,
    any_,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import Organization, User
from helpdesk.core.json_columns import json_object, or_empty
from helpdesk.tickets.models import (
    Comment,
    LinkKind,
    Ticket,
    TicketLink,
    TicketStatus,
    ticket_participants,
    ticket_reads,
)
from helpdesk.tickets.models.words import beginning
from helpdesk.tickets.policy import takes_part

MOST_WORDS = 8
PUBLIC = (Comment.ticket_id == Ticket.id, ~Comment.is_internal, Comment.published_at.is_not(None))


def own_requests(tickets: Select[Ticket], user: User) -> Select[Ticket]:
    """Those the customer asked for or takes part in, not those they see because the organization shares them."""
    return tickets.where(takes_part(user))


def shared_requests(tickets: Select[Ticket], user: User) -> Select[Ticket]:
    """What the organization shares with this customer, their own included; none where it does not."""
    if user.shared_organization_id is None:
        return tickets.where(false())
    return tickets.where(Ticket.organization_id == user.shared_organization_id)


def worded(tickets: Select[Ticket], text: str, *, is_own: bool = False) -> Select[Ticket]:
    """Those in whose title, public messages or files there every word of the text begins a word, or whose number it
    is. The indexes of all tickets' words are closed to customers: helpdesk_saying asks them, for theirs alone.

    `is_own`: the tickets are `own_requests`, so that what the organization shares need not be looked through.
    """
    for word in text.split()[:MOST_WORDS]:
        if any(map(str.isalnum, word)):
            tickets = tickets.where(_says(word, is_own=is_own))
    return tickets


def _says(word: str, *, is_own: bool) -> ColumnElement[bool]:
    # a CTE: where the tickets of one statement are listed and counted, it is asked once
    found = select(func.helpdesk_saying(beginning(word), is_own, type_=BigInteger()).label("id")).cte()
    return or_(Ticket.id.in_(select(found.c.id)), Ticket.ticket_number == word.upper())


def is_news_for(user: User) -> ColumnElement[bool]:
    """Somebody else's was the last public message, and the customer has not seen it; what is closed is no news."""
    last_author = (
        select(Comment.author_id)
        .where(*PUBLIC)
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )
    return and_(Ticket.status != TicketStatus.CLOSED, last_author != user.id, ~has_seen(user))


def has_seen(user: User) -> ColumnElement[bool]:
    """Whether the customer has seen the ticket of the row as far as its public part goes."""
    seen = exists().where(
        ticket_reads.c.user_id == user.id,
        ticket_reads.c.ticket_id == Ticket.id,
        ticket_reads.c.seen_at >= Ticket.last_public_at,
    )
    return seen.correlate(Ticket)


@cache
def people_in_it() -> ColumnElement[Any]:
    """Id and name of the requester and of everybody who takes part: one JSON column of the ticket's row."""
    invited = select(ticket_participants.c.user_id).where(ticket_participants.c.ticket_id == Ticket.id)
    person = json_object(id=User.id, name=User.full_name)
    # one array, not an "or": PostgreSQL would look at everybody there is, through the policy of each
    them = func.array_append(func.array(invited.correlate(Ticket).scalar_subquery()), Ticket.requester_id)
    return (
        select(or_empty(func.jsonb_agg(person).aggregate_order_by(User.id)))
        .where(User.id == any_(them))
        .correlate(Ticket)
        .scalar_subquery()
    )


@cache
def follows_up() -> ColumnElement[str]:
    """The number of the ticket that the one of the row follows up, where the reader may see it."""
    return _number_of(TicketLink.other_id, of=TicketLink.ticket_id)


@cache
def followed_up_by() -> ColumnElement[str]:
    """The number of the latest ticket that follows the one of the row up."""
    return _number_of(TicketLink.ticket_id, of=TicketLink.other_id)


def _number_of(there: Any, *, of: Any) -> ColumnElement[str]:
    other = aliased(Ticket)
    return (
        select(other.ticket_number)
        .join(TicketLink, there == other.id)
        .where(of == Ticket.id, TicketLink.kind == LinkKind.FOLLOWS_UP, other.deleted_at.is_(None))
        .order_by(other.id.desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def organization_id(user: User) -> int | None:
    """The customer's organization, or the one that asks them to join."""
    return user.organization_id if user.organization_id is not None else user.invited_to_id


def name_of_organization(one: BindParameter[int] | int | None) -> ColumnElement[str]:
    """What the organization is called."""
    return select(Organization.name).where(Organization.id == one).scalar_subquery()
