"""What a row of a queue shows: columns, never entities, all in one statement whatever their number."""

from typing import Any

from sqlalchemy import Select, select

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import (
    has_attachments,
    is_unread_by,
    last_public_words,
    name_of,
    tags_of_ticket,
)

FIRST_WORDS = 100  # characters; the style sheet cuts them to the line


def rows_of(tickets: Select[Ticket], user: User) -> Select[*tuple[Any, ...]]:
    """The columns of these tickets' rows, as this agent sees them.

    Whatever comes from another table is a subselect: PostgreSQL computes those after LIMIT, for the rows of the
    page alone.
    """
    organization = select(Organization.name).where(Organization.id == Ticket.organization_id)
    team = select(Team.name).where(Team.id == Ticket.team_id)
    return tickets.with_only_columns(
        Ticket.ticket_number,
        Ticket.title,
        Ticket.status,
        Ticket.priority,
        Ticket.assignee_id,
        Ticket.last_activity_at,
        Ticket.act_by.label("act_by"),
        Ticket.is_overdue.label("is_overdue"),
        Ticket.delivery_failed_at.is_not(None).label("is_undelivered"),
        name_of(Ticket.requester_id).label("requester"),
        organization.scalar_subquery().label("organization"),
        name_of(Ticket.assignee_id).label("assignee"),
        team.scalar_subquery().label("team"),
        tags_of_ticket().label("tags"),
        last_public_words(FIRST_WORDS).label("words"),
        has_attachments().label("has_attachments"),
        is_unread_by(user).label("is_unread"),
    )
