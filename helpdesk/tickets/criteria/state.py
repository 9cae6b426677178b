"""Fields about where a ticket stands: status, priority, tags, its door, what it has, and what is true of it."""

import operator
from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, and_, select, true

from helpdesk.accounts.models import User
from helpdesk.core.current import Via
from helpdesk.tickets.criteria.known import COMPARED, Asked, Takes, criterion
from helpdesk.tickets.criteria.names import named
from helpdesk.tickets.criteria.places import PLACES
from helpdesk.tickets.criteria.terms import Group, Query, Term
from helpdesk.tickets.models import Tag, Ticket, TicketPriority, TicketStatus, ticket_tags
from helpdesk.tickets.queries import has_attachments_for, has_notes_for, is_unread_by

TAG = "tag"

TRUTHS: Mapping[str, Callable[[User], ColumnElement[bool]]] = {
    "open": lambda _user: and_(Ticket.is_open),
    "overdue": lambda _user: and_(Ticket.is_overdue),
    "unread": is_unread_by,
    "unanswered": lambda _user: Ticket.first_responded_at.is_(None),
    "merged": lambda _user: Ticket.merged_into_id.is_not(None),
}


BELONGINGS: Mapping[str, Callable[[User], ColumnElement[bool]]] = {
    "attachment": has_attachments_for,
    "note": has_notes_for,
    "deadline": lambda _user: Ticket.due_at.is_not(None),
    "tag": lambda _user: select(ticket_tags.c.ticket_id).where(ticket_tags.c.ticket_id == Ticket.id).exists(),
}
PRIORITIES = tuple(each.value for each in TicketPriority)
"""From the least to the most."""

_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@criterion("status", "Status", choices=tuple(each.value for each in TicketStatus))
def status(asked: Asked) -> ColumnElement[bool]:
    return Ticket.status == TicketStatus(asked.value)


@criterion(
    "priority",
    "Priority",
    choices=PRIORITIES,
    operators=COMPARED,
    hint="priority:high,urgent, priority>=high",
)
def priority(asked: Asked) -> ColumnElement[bool]:
    """Higher than another is the more pressing one."""
    if asked.operator == ":":
        return Ticket.priority == TicketPriority(asked.value)
    place = PRIORITIES.index(asked.value)
    is_so = _COMPARISONS[asked.operator]
    return Ticket.priority.in_(
        [TicketPriority(each) for each in PRIORITIES if is_so(PRIORITIES.index(each), place)]
    )


@criterion(TAG, "Tag", takes=Takes.TAG)
def tag(asked: Asked) -> ColumnElement[bool]:
    tagged = select(ticket_tags.c.ticket_id).join(Tag, Tag.id == ticket_tags.c.tag_id)
    return Ticket.id.in_(tagged.where(named(Tag.name, asked.value)))


def tag_alone(query: Query) -> Term | None:
    """The term of the tag that a query asks for, where it asks for nothing else but not to have others."""
    wanted = [part for part in query.parts if not part.is_negated]
    if len(wanted) != 1 or any(isinstance(part, Group) or part.field != TAG for part in query.parts):
        return None
    (term,) = wanted
    return term if isinstance(term, Term) else None


@criterion("delivery", "Delivery", choices=("failed",))
def delivery(asked: Asked) -> ColumnElement[bool]:
    return Ticket.delivery_failed_at.is_not(None)


@criterion("via", "Came in through", choices=tuple(each.value for each in Via))
def via(asked: Asked) -> ColumnElement[bool]:
    return Ticket.via == Via(asked.value)


@criterion("has", "With", choices=tuple(BELONGINGS))
def belonging(asked: Asked) -> ColumnElement[bool]:
    return BELONGINGS[asked.value](asked.user)


@criterion(
    "in",
    "Words in",
    choices=PLACES,
    can_be_negated=False,
    hint="in:title printer, in:comments,attachments printer",
)
def place(_asked: Asked) -> ColumnElement[bool]:
    """Where the words beside it are sought: of itself it asks nothing."""
    return true()


@criterion("is", "Only", choices=tuple(TRUTHS))
def true_of(asked: Asked) -> ColumnElement[bool]:
    return TRUTHS[asked.value](asked.user)
