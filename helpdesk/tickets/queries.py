"""Which tickets: functions that take and return a Select, so that they chain, page and count. None takes a session."""

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, SQLColumnExpression, and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload, load_only, selectinload

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.json_columns import json_object, or_empty
from helpdesk.database.policies import COMMENT_COLUMNS_OF_CUSTOMERS, TICKET_COLUMNS_OF_CUSTOMERS
from helpdesk.tickets.models import (
    Attachment,
    Comment,
    Tag,
    Ticket,
    TicketStatus,
    ticket_participants,
    ticket_reads,
    ticket_tags,
    ticket_watchers,
)
from helpdesk.tickets.policy import visible_to

RECENT = timedelta(days=14)


def tickets_for(user: User) -> Select[Ticket]:
    """Every ticket this person may see, without deleted ones. The only door to tickets."""
    tickets = select(Ticket).where(visible_to(user), Ticket.deleted_at.is_(None))
    if user.is_staff:
        return tickets
    # the customer role may read these columns and no others
    return tickets.options(load_only(*(getattr(Ticket, name) for name in TICKET_COLUMNS_OF_CUSTOMERS)))


def deleted_for(user: User) -> Select[Ticket]:
    """The bin: deleted tickets this person could see before."""
    return select(Ticket).where(visible_to(user), Ticket.deleted_at.is_not(None))


def numbered(tickets: Select[Ticket], number: str) -> Select[Ticket]:
    """The ticket with this number, however it was typed: hd-42, HD-42."""
    return tickets.where(Ticket.ticket_number == number.strip().upper())


def open_ones(tickets: Select[Ticket]) -> Select[Ticket]:
    """Those somebody still has to do something about."""
    return tickets.where(Ticket.is_open)


def settled(tickets: Select[Ticket]) -> Select[Ticket]:
    """Resolved and closed ones."""
    return tickets.where(~Ticket.is_open)


def unassigned(tickets: Select[Ticket]) -> Select[Ticket]:
    """Open and with nobody."""
    return open_ones(tickets).where(Ticket.is_unassigned)


def assigned_to(tickets: Select[Ticket], user: User) -> Select[Ticket]:
    """Open and with this agent."""
    return open_ones(tickets).where(Ticket.assignee_id == user.id)


def overdue(tickets: Select[Ticket]) -> Select[Ticket]:
    """Open and past the deadline."""
    return tickets.where(Ticket.is_overdue)


def of_teams(tickets: Select[Ticket], user: User) -> Select[Ticket]:
    """Open and with a team this agent is in."""
    return open_ones(tickets).where(Ticket.team_id.in_(user.team_ids))


def waiting(tickets: Select[Ticket]) -> Select[Ticket]:
    """Those that rest until the customer answers."""
    return tickets.where(Ticket.status == TicketStatus.WAITING_ON_CUSTOMER)


def undelivered(tickets: Select[Ticket]) -> Select[Ticket]:
    """Those of which an answer is known not to have arrived, settled ones included."""
    return tickets.where(Ticket.delivery_failed_at.is_not(None))


def recently_resolved(tickets: Select[Ticket]) -> Select[Ticket]:
    """Settled during the last RECENT days, closed ones included."""
    return tickets.where(Ticket.resolved_at > clock.sql_now() - RECENT)


def comments_for(user: User, ticket: Ticket, *, at_once: bool = False) -> Select[Comment]:
    """The conversation as this person may read it, oldest first; attachments included, in one more statement.

    `at_once` brings them in the same statement: whoever executes it then asks for its `unique()` rows.
    """
    return comments_in(user, ticket.id, at_once=at_once)


def comments_in(user: User, ticket_id: int | BindParameter[int], *, at_once: bool = False) -> Select[Comment]:
    """The same of the ticket with this id, for statements that are kept."""
    load = joinedload if at_once else selectinload
    comments = (
        select(Comment)
        .where(Comment.ticket_id == ticket_id)
        .order_by(Comment.created_at, Comment.id)
        .options(load(Comment.attachments))
    )
    if user.is_staff:
        return comments
    columns = load_only(*(getattr(Comment, name) for name in COMMENT_COLUMNS_OF_CUSTOMERS))
    return comments.where(~Comment.is_internal, Comment.published_at.is_not(None)).options(columns)


def attachments_for(user: User) -> Select[Attachment]:
    """Every file this person may fetch: those of comments they may read on tickets they may see."""
    attachments = select(Attachment).join(Attachment.comment).join(Comment.ticket)
    visible = attachments.where(visible_to(user), Ticket.deleted_at.is_(None))
    if user.is_staff:
        return visible
    return visible.where(~Comment.is_internal, Comment.published_at.is_not(None))


def name_of(person_id: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """What to call the person behind an id, as User.name does: a column for statements without the person."""
    person = _person()
    name = func.coalesce(func.nullif(person.full_name, ""), person.email, "")
    return select(name).where(person.id == person_id).scalar_subquery()


@cache
def _person() -> type[User]:
    return aliased(User)  # as costly as the rest of the statement


def addresses_of(person_id: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """Each address of a person, the primary one first: one JSON column."""
    address = json_object(email=EmailAddress.email, is_verified=EmailAddress.verified_at.is_not(None))
    aggregate = func.jsonb_agg(address).aggregate_order_by(EmailAddress.is_primary.desc(), EmailAddress.id)
    return select(or_empty(aggregate)).where(EmailAddress.user_id == person_id).scalar_subquery()


@cache
def tags_of_ticket() -> ColumnElement[Any]:
    """Name and colour of each tag of a ticket, by name: one JSON column of its row."""
    tag = json_object(name=Tag.name, color=Tag.color)
    return (
        select(or_empty(func.jsonb_agg(tag).aggregate_order_by(Tag.name)))
        .join_from(ticket_tags, Tag, Tag.id == ticket_tags.c.tag_id)
        .where(ticket_tags.c.ticket_id == Ticket.id)
        .correlate(Ticket)
        .scalar_subquery()
    )


@cache
def watchers_of_ticket() -> ColumnElement[Any]:
    """Id and name of everybody who watches a ticket: one JSON column of its row."""
    watcher = json_object(id=ticket_watchers.c.user_id, name=name_of(ticket_watchers.c.user_id))
    return (
        select(or_empty(func.jsonb_agg(watcher).aggregate_order_by(ticket_watchers.c.created_at)))
        .where(ticket_watchers.c.ticket_id == Ticket.id)
        .correlate(Ticket)
        .scalar_subquery()
    )


@cache
def participants_of_ticket() -> ColumnElement[Any]:
    """Id and name of every customer who takes part beside the requester: one JSON column of its row."""
    participant = json_object(id=ticket_participants.c.user_id, name=name_of(ticket_participants.c.user_id))
    aggregate = func.jsonb_agg(participant).aggregate_order_by(ticket_participants.c.created_at)
    return (
        select(or_empty(aggregate))
        .where(ticket_participants.c.ticket_id == Ticket.id)
        .correlate(Ticket)
        .scalar_subquery()
    )


def last_public_words(length: int) -> ColumnElement[str]:
    """How the latest message that the customer can read begins."""
    return (
        select(func.left(Comment.content, length))
        .where(Comment.ticket_id == Ticket.id, ~Comment.is_internal, Comment.published_at.is_not(None))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def is_unread_by(user: User) -> ColumnElement[bool]:
    """Open, and somebody wrote since this agent last saw it, or they never have."""
    has_seen = exists().where(
        ticket_reads.c.user_id == user.id,
        ticket_reads.c.ticket_id == Ticket.id,
        ticket_reads.c.seen_at >= Ticket.last_activity_at,
    )
    return and_(Ticket.is_open, ~has_seen)


@cache
def has_attachments() -> ColumnElement[bool]:
    """Whether any message of a ticket, internal ones included, came with a file: for staff."""
    return (
        select(Attachment.id)
        .join(Attachment.comment)
        .where(Comment.ticket_id == Ticket.id)
        .correlate(Ticket)
        .exists()
    )


def has_attachments_for(user: User) -> ColumnElement[bool]:
    """Whether a message of a ticket that this person may read came with a file."""
    return _has_message(user, select(Attachment.id).where(Attachment.comment_id == Comment.id).exists())


def has_notes_for(user: User) -> ColumnElement[bool]:
    """Whether a ticket has an internal note; for customers none has."""
    return _has_message(user, Comment.is_internal)


def _has_message(user: User, is_so: SQLColumnExpression[bool]) -> ColumnElement[bool]:
    found = select(Comment.id).where(Comment.ticket_id == Ticket.id, is_so).correlate(Ticket)
    if not user.is_staff:
        found = found.where(~Comment.is_internal, Comment.published_at.is_not(None))
    return found.exists()


def from_same_requester(tickets: Select[Ticket], ticket: Ticket) -> Select[Ticket]:
    """The other tickets of the person whose ticket this is."""
    return tickets.where(Ticket.requester_id == ticket.requester_id, Ticket.id != ticket.id)
