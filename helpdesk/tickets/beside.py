"""What stands beside a ticket on its page, as columns of its row: so that the page asks once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import User
from helpdesk.core.json_columns import or_empty
from helpdesk.tickets.models import LinkKind, Ticket, TicketLink, ticket_reads
from helpdesk.tickets.queries import tickets_for

MOST_LINKED = 10


def read_until(user: User) -> ColumnElement[datetime | None]:
    """Until when this person has read the ticket of the row; null if they never opened it."""
    return (
        select(ticket_reads.c.seen_at)
        .where(ticket_reads.c.ticket_id == Ticket.id, ticket_reads.c.user_id == user.id)
        .correlate(Ticket)
        .scalar_subquery()
    )


def linked_tickets(user: User) -> ColumnElement[Any]:
    """Number, title and status of the tickets that have to do with the one of the row and that this person may see.

    Latest first, one JSON column. What goes on in another ticket is told apart from these (`follows_up`).
    """
    there = case((TicketLink.ticket_id == Ticket.id, TicketLink.other_id), else_=TicketLink.ticket_id)
    ends = select(there).where(
        or_(TicketLink.ticket_id == Ticket.id, TicketLink.other_id == Ticket.id),
        TicketLink.kind != LinkKind.FOLLOWS_UP,
    )
    other = aliased(Ticket, tickets_for(user).subquery())
    linked = (
        select(other.ticket_number.label("number"), other.title.label("title"), other.status.label("status"))
        .where(other.id.in_(ends.correlate(Ticket)))
        .order_by(other.id.desc())
        .limit(MOST_LINKED)
        .correlate(Ticket)
        .subquery("linked")
    )
    listed = or_empty(func.jsonb_agg(func.to_jsonb(linked.table_valued())))
    return select(listed).select_from(linked).correlate(Ticket).scalar_subquery()


def others_from_requester(user: User, *, limit: int) -> ColumnElement[Any]:
    """Number, title and status of the requester's other tickets that this person may see, open and busy ones first.

    One JSON column; each entry also says how many there are (`how_many`).
    """
    other = aliased(Ticket, tickets_for(user).subquery())
    shown = (
        select(
            other.ticket_number.label("number"),
            other.title.label("title"),
            other.status.label("status"),
            func.count().over().label("how_many"),
        )
        .where(other.requester_id == Ticket.requester_id, other.id != Ticket.id)
        .order_by(other.is_open.desc(), other.last_activity_at.desc(), other.id)
        .limit(limit)
        .correlate(Ticket)
        .subquery("others")
    )
    listed = or_empty(func.jsonb_agg(func.to_jsonb(shown.table_valued())))
    return select(listed).select_from(shown).correlate(Ticket).scalar_subquery()
