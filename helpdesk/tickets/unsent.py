"""What a person has not sent yet, as columns of a ticket's row: for pages that ask for everything in one statement."""

from typing import Any

from sqlalchemy import ColumnElement, func, select

from helpdesk.accounts.models import User
from helpdesk.core.json_columns import json_object, or_empty
from helpdesk.tickets.models import Draft, StagedFile, Ticket


def draft_of(user: User) -> ColumnElement[Any]:
    """The person's draft on the ticket of the row in one JSON column, or null."""
    names = ("mode", "content", "recipients", "is_cancelled", "updated_at")
    return (
        select(json_object(**{name: getattr(Draft, name) for name in names}))
        .where(Draft.ticket_id == Ticket.id, Draft.user_id == user.id)
        .correlate(Ticket)
        .scalar_subquery()
    )


def has_draft_of(user: User) -> ColumnElement[bool]:
    """Whether the person was writing on the ticket of the row."""
    mine = Draft.ticket_id == Ticket.id, Draft.user_id == user.id
    return select(Draft.id).where(*mine).correlate(Ticket).exists()


def staged_of(user: User) -> ColumnElement[Any]:
    """The files the person has sent ahead for the ticket of the row, oldest first: one JSON column."""
    names = ("public_id", "filename", "content_type", "size", "is_inline")
    file = json_object(**{name: getattr(StagedFile, name) for name in names})
    aggregate = func.jsonb_agg(file).aggregate_order_by(StagedFile.id)
    return (
        select(or_empty(aggregate))
        .where(StagedFile.ticket_id == Ticket.id, StagedFile.user_id == user.id)
        .correlate(Ticket)
        .scalar_subquery()
    )
