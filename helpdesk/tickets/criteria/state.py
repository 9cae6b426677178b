"""Fields about where a ticket stands: status, priority, tags, whether answers arrive, and what is true of it."""

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, and_, select

from helpdesk.accounts.models import User
from helpdesk.tickets.criteria.known import Asked, criterion
from helpdesk.tickets.criteria.names import named
from helpdesk.tickets.models import Tag, Ticket, TicketPriority, TicketStatus, ticket_tags
from helpdesk.tickets.queries import is_unread_by

TRUTHS: Mapping[str, Callable[[User], ColumnElement[bool]]] = {
    "open": lambda _user: and_(Ticket.is_open),
    "overdue": lambda _user: and_(Ticket.is_overdue),
    "unread": is_unread_by,
    "unanswered": lambda _user: Ticket.first_responded_at.is_(None),
    "merged": lambda _user: Ticket.merged_into_id.is_not(None),
}


@criterion("status", choices=tuple(each.value for each in TicketStatus))
def status(asked: Asked) -> ColumnElement[bool]:
    return Ticket.status == TicketStatus(asked.value)


@criterion("priority", choices=tuple(each.value for each in TicketPriority))
def priority(asked: Asked) -> ColumnElement[bool]:
    return Ticket.priority == TicketPriority(asked.value)


@criterion("tag")
def tag(asked: Asked) -> ColumnElement[bool]:
    tagged = select(ticket_tags.c.ticket_id).join(Tag, Tag.id == ticket_tags.c.tag_id)
    return Ticket.id.in_(tagged.where(named(Tag.name, asked.value)))


@criterion("delivery", choices=("failed",))
def delivery(asked: Asked) -> ColumnElement[bool]:
    return Ticket.delivery_failed_at.is_not(None)


@criterion("is", choices=tuple(TRUTHS))
def true_of(asked: Asked) -> ColumnElement[bool]:
    return TRUTHS[asked.value](asked.user)
