"""Who may see which tickets (SQL) and who may do what with one (predicates)."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, any_, false, func, or_, select

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.models import Ticket, ticket_participants


class Ground(StrEnum):
    """Why somebody sees a ticket: one is enough."""

    EVERY = "every"
    ASSIGNED = "assigned"
    TEAM = "team"
    REQUESTED = "requested"
    TAKES_PART = "takes_part"
    ORGANIZATION = "organization"


def visible_to(user: User) -> ColumnElement[bool]:
    """Which tickets this person may see. Deleted ones are the business of the query."""
    return or_(false(), *grounds(user).values())


def grounds(user: User) -> Mapping[Ground, ColumnElement[bool]]:
    """Each ground on which this person sees tickets, with those it shows them; none at all for who is gone."""
    if not user.is_active or user.anonymised_at is not None:
        return {}
    if user.is_staff:
        return _grounds_of_staff(user)
    if user.shared_organization_id is None:
        return _own(user)
    return {**_own(user), Ground.ORGANIZATION: Ticket.organization_id == user.shared_organization_id}


def takes_part(user: User) -> ColumnElement[bool]:
    """The tickets that are a customer's own: theirs, and those in which they were asked to take part."""
    return or_(*_own(user).values())


def _own(user: User) -> Mapping[Ground, ColumnElement[bool]]:
    # an array, not IN (select …): only so can each branch of the OR use its own index
    participating = func.array(
        select(ticket_participants.c.ticket_id)
        .where(ticket_participants.c.user_id == user.id)
        .scalar_subquery()
    )
    return {
        Ground.REQUESTED: Ticket.requester_id == user.id,
        Ground.TAKES_PART: Ticket.id == any_(participating),
    }


def _grounds_of_staff(user: User) -> Mapping[Ground, ColumnElement[bool]]:
    """In three steps: all, those of their teams and their own, their own."""
    if user.may(Permission.SEE_EVERY_TICKET):
        return {Ground.EVERY: Ticket.id.is_not(None)}
    assigned = {Ground.ASSIGNED: Ticket.assignee_id == user.id}
    if user.may(Permission.SEE_TEAM_TICKETS):
        return {**assigned, Ground.TEAM: Ticket.team_id.in_(user.team_ids)}
    return assigned


def would_see(user: User, *, assignee_id: int | None, team_id: int | None) -> bool:
    """Whether staff would see a ticket if it were with these: `visible_to`, asked before that is written."""
    if not user.is_staff or not user.is_active or user.anonymised_at is not None:
        return False
    if user.may(Permission.SEE_EVERY_TICKET) or assignee_id == user.id:
        return True
    return user.may(Permission.SEE_TEAM_TICKETS) and team_id in user.team_ids


def sees_everything(user: User) -> bool:
    """Whether no ticket is hidden from them, so that they may know of everybody and of every number."""
    return user.is_staff and user.may(Permission.SEE_EVERY_TICKET)


def keeps_what_they_open(user: User) -> bool:
    """Whether a ticket has to be theirs, so that who opened it does not lose sight of it."""
    return not (sees_everything(user) or user.may(Permission.SEE_TEAM_TICKETS))


def can_open(user: User) -> bool:
    """Open a ticket on behalf of somebody."""
    return user.is_staff and user.may(Permission.ANSWER_TICKETS)


def can_reply(user: User, ticket: Ticket) -> bool:
    """Answer in public. A customer who sees a ticket may answer it."""
    return can_answer_any(user) if user.is_staff else user.is_active


def can_answer_any(user: User) -> bool:
    """Write on tickets at all, answers and notes: on each of those they see."""
    return user.is_staff and user.may(Permission.ANSWER_TICKETS)


def can_note(user: User, ticket: Ticket) -> bool:
    """Write an internal note."""
    return can_answer_any(user)


def can_change(user: User, ticket: Ticket) -> bool:
    """Change status, priority, assignee, team, tags, title, deadline."""
    return can_change_any(user)


def can_change_any(user: User) -> bool:
    """Change tickets at all: each of those they see."""
    return user.is_staff and user.may(Permission.CHANGE_TICKETS)


def can_watch(user: User, ticket: Ticket) -> bool:
    """Follow silently, and let a colleague follow: that is written down, so who only reads does not."""
    return can_watch_any(user)


def can_watch_any(user: User) -> bool:
    """Watch tickets at all: each of those they see."""
    return user.is_staff and (user.may(Permission.ANSWER_TICKETS) or user.may(Permission.CHANGE_TICKETS))


def can_delete(user: User, ticket: Ticket) -> bool:
    """Put into the bin and take out again."""
    return can_delete_any(user)


def can_delete_any(user: User) -> bool:
    """Delete and restore tickets at all: each of those they see."""
    return user.is_staff and user.may(Permission.DELETE_TICKETS)


def can_invite(user: User, ticket: Ticket) -> bool:
    """Let somebody else take part on the customers' side: who may answer may ask others to."""
    return can_reply(user, ticket)


def can_settle(user: User, ticket: Ticket) -> bool:
    """Say that it is solved: staff who may change it, or the customer whose ticket it is."""
    return can_change(user, ticket) if user.is_staff else ticket.requester_id == user.id
