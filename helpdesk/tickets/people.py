"""Which people and organizations somebody who works here meets: the requesters of the tickets they may see."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, func, or_, select

from helpdesk.accounts.models import Organization, User
from helpdesk.accounts.queries import people
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import sees_everything
from helpdesk.tickets.queries import open_ones, tickets_for

BY_NAME = (Key(func.lower(Organization.name, type_=Text())), Key(Organization.id))


def people_for(user: User) -> Select[User]:
    """Everybody this agent may know of. Who was merged into somebody else is that somebody."""
    known = people().where(User.merged_into_id.is_(None))
    if sees_everything(user):
        return known
    return known.where(User.id.in_(_of_tickets(user, Ticket.requester_id)))


def organizations_for(user: User) -> Select[Organization]:
    """The organizations of the people and of the tickets this agent may see."""
    organizations = select(Organization)
    if sees_everything(user):
        return organizations
    of_people = people_for(user).with_only_columns(User.organization_id)
    of_tickets = _of_tickets(user, Ticket.organization_id)
    return organizations.where(or_(Organization.id.in_(of_people), Organization.id.in_(of_tickets)))


def tickets_of(user: User, person: User) -> Select[Ticket]:
    """Whose tickets a person's page lists: those a customer asked for, those somebody who works here has."""
    column = Ticket.assignee_id if person.is_staff else Ticket.requester_id
    return tickets_for(user).where(column == person.id)


def tickets_of_organization(user: User, organization: Organization) -> Select[Ticket]:
    """The tickets its people opened while they belonged to it."""
    return tickets_for(user).where(Ticket.organization_id == organization.id)


def open_count_of_person(user: User) -> ColumnElement[int]:
    """How many open tickets a person has or asked for, as a column beside User."""
    theirs = or_(Ticket.assignee_id == User.id, Ticket.requester_id == User.id)
    return _counted(open_ones(tickets_for(user)).where(theirs)).correlate(User).scalar_subquery()


def open_count_of_organization(user: User) -> ColumnElement[int]:
    """How many open tickets an organization has, as a column beside Organization."""
    theirs = open_ones(tickets_for(user)).where(Ticket.organization_id == Organization.id)
    return _counted(theirs).correlate(Organization).scalar_subquery()


def people_count(user: User) -> ColumnElement[int]:
    """How many people of an organization this agent may know of, as a column beside Organization."""
    members = people_for(user).where(User.organization_id == Organization.id)
    return _counted(members).correlate(Organization).scalar_subquery()


def _counted(rows: Select[Any]) -> Select[int]:
    return rows.with_only_columns(func.count())


def _of_tickets(user: User, column: Any) -> Select[int]:
    return tickets_for(user).with_only_columns(column)
