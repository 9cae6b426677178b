"""What a row of a queue shows: columns, never entities, all in one statement whatever their number."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.queues.sorting import waiting_since
from helpdesk.tickets.headlines import Sought, marked_file, marked_message, marked_title
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import (
    has_attachments,
    is_unread_by,
    last_public_words,
    name_of,
    tags_of_ticket,
)

FIRST_WORDS = 100  # characters; the style sheet cuts them to the line


MORE: Mapping[str, ColumnElement[Any]] = {
    "created": Ticket.created_at.label("created_at"),
    "updated": Ticket.updated_at.label("updated_at"),
    "wait": waiting_since().label("waiting_since"),
}
"""What a row shows only where a view has that column."""


def rows_of(
    tickets: Select[Ticket], user: User, more: Collection[str] = (), found: Sought = ()
) -> Select[*tuple[Any, ...]]:
    """The columns of these tickets' rows, as this agent sees them; `more` names those of MORE. Of what was found by
    words, `found_title` and `found_in` show where.

    Whatever comes from another table is a subselect: PostgreSQL computes those after LIMIT, for the rows of the
    page alone.
    """
    return tickets.with_only_columns(
        *_for_everybody(),
        is_unread_by(user).label("is_unread"),
        *(column for name, column in MORE.items() if name in more),
        *(_places_of(found, user) if found else ()),
    )


@cache
def _for_everybody() -> Sequence[SQLColumnExpression[Any]]:
    """What is the same for all who see the ticket."""
    organization = select(Organization.name).where(Organization.id == Ticket.organization_id)
    team = select(Team.name).where(Team.id == Ticket.team_id)
    return (
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
    )


def _places_of(found: Sought, user: User) -> tuple[ColumnElement[Any], ...]:
    """Files are looked at where no message has any of the words."""
    place = func.coalesce(marked_message(found, user), marked_file(found))
    return marked_title(found).label("found_title"), place.label("found_in")
