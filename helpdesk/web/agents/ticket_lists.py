"""The tickets on the page of a person or an organization: open ones first, then by what happened last."""

from typing import Any

from flask import request
from sqlalchemy import Select, case, func

from helpdesk.core.lines import one_line
from helpdesk.core.pagination import Key, KeysetPage, keyset_page
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import name_of

PAGE_SIZE = 25
OPEN_SHOWN = 5
OPEN_FIRST = (
    Key(case((Ticket.is_open, 0), else_=1)),
    Key(Ticket.last_activity_at, descending=True),
    Key(Ticket.id, descending=True),
)


def ticket_list(tickets: Select[Ticket]) -> KeysetPage[Any]:
    """The page of them the address asks for. Costs one statement."""
    marks = {name: one_line(request.args.get(name, "")) or None for name in ("after", "before")}
    return keyset_page(_as_rows(tickets), OPEN_FIRST, size=PAGE_SIZE, **marks)


def open_ones_of(tickets: Select[Ticket], *, most: int) -> Select[*tuple[Any, ...]]:
    """The latest open ones, each row with how many there are."""
    rows = _as_rows(tickets.where(Ticket.is_open)).add_columns(func.count().over().label("how_many"))
    return rows.order_by(Ticket.last_activity_at.desc(), Ticket.id.desc()).limit(most)


def _as_rows(tickets: Select[Ticket]) -> Select[*tuple[Any, ...]]:
    return tickets.with_only_columns(
        Ticket.ticket_number,
        Ticket.title,
        Ticket.status,
        Ticket.priority,
        Ticket.last_activity_at,
        Ticket.requester_id,
        name_of(Ticket.requester_id).label("requester"),
        Ticket.assignee_id,
        name_of(Ticket.assignee_id).label("assignee"),
    )
