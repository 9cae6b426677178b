"""The list of organizations, one of them by its address, and who and what belongs to it."""

from collections.abc import Sequence
from typing import Any

from flask import abort, g
from sqlalchemy import ColumnElement, Row, Select, Text, and_, func, select

from helpdesk.accounts import queries
from helpdesk.accounts.models import Organization, OrganizationRole, User
from helpdesk.accounts.operations.memberships import could_join
from helpdesk.core.db import db
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.people import open_count_of_organization
from helpdesk.web.admin.sorted_lists import SortedList, asked_words, has_words, sorted_list

MEMBERS_SHOWN = 20
PEOPLE_FOUND = 20
BY_NAME = (func.lower(User.full_name), User.id)


def organizations_list() -> SortedList:
    """Costs one statement; two for an empty list."""
    domains = func.array_to_string(Organization.domains, " ", type_=Text())
    found = select(Organization).where(has_words(asked_words(), Organization.name, domains))
    people, opened, last = _people_count(), open_count_of_organization(g.agent), Key(Organization.id)
    orders = {
        "name": [Key(func.lower(Organization.name, type_=Text())), last],
        "people": [Key(people, descending=True), last],
        "open": [Key(opened, descending=True), last],
    }
    columns: tuple[Any, ...] = (
        Organization.id,
        Organization.name,
        Organization.domains,
        Organization.sharing,
        people.label("people_count"),
        opened.label("open_count"),
    )
    rows = found.with_only_columns(*columns)
    return sorted_list("admin.organizations.index", rows, orders=orders)


def organization_or_404(organization_id: int) -> Organization:
    """The organization with this id."""
    organization = db.session.get(Organization, organization_id)
    if organization is None:
        abort(404)
    return organization


def belongs() -> ColumnElement[bool]:
    """Who counts as somebody of an organization: not who turned out to be somebody else, nor who was erased."""
    return and_(User.merged_into_id.is_(None), User.anonymised_at.is_(None), ~User.is_system)


def members(organization: Organization) -> Sequence[Row[Any]]:
    """The first of its people: managers, then by name."""
    of_it = queries.people().where(User.organization_id == organization.id, belongs())
    columns: tuple[Any, ...] = (
        User.id,
        User.full_name,
        func.coalesce(User.email, "").label("email"),
        User.organization_role,
        User.is_active,
    )
    order = ((User.organization_role != OrganizationRole.MANAGER), func.lower(User.full_name), User.id)
    return db.session.execute(of_it.with_only_columns(*columns).order_by(*order).limit(MEMBERS_SHOWN)).all()


def counted(organization: Organization) -> Row[Any]:
    """How many people it has, how many of them sign in, how many are managers, who could join; and its tickets."""
    of_it = select(func.count()).select_from(User).where(User.organization_id == organization.id, belongs())
    is_manager = User.organization_role == OrganizationRole.MANAGER
    tickets = select(func.count()).select_from(Ticket).where(Ticket.organization_id == organization.id)
    seeing = and_(User.is_active, ~User.is_staff)  # who works here sees by the role
    joining = select(func.count()).select_from(User).where(could_join(organization.domains))
    numbers: tuple[Any, ...] = (
        of_it.scalar_subquery().label("people"),
        of_it.where(seeing).scalar_subquery().label("active"),
        of_it.where(seeing, is_manager).scalar_subquery().label("managers"),
        joining.scalar_subquery().label("joining"),
        tickets.where(Ticket.deleted_at.is_(None)).scalar_subquery().label("tickets"),
        tickets.scalar_subquery().label("with_bin"),
    )
    return db.session.execute(select(*numbers)).one()


def found_organizations(words: str, *, most: int) -> Select[Any]:
    """Those an administrator may mean, by name."""
    columns: tuple[Any, ...] = (Organization.id, Organization.name, Organization.domains)
    found = select(*columns)
    domains = func.array_to_string(Organization.domains, " ", type_=Text())
    matching = found.where(has_words(words, Organization.name, domains))
    return matching.order_by(func.lower(Organization.name), Organization.id).limit(most)


def _people_count() -> ColumnElement[int]:
    of_it = select(func.count()).select_from(User).where(User.organization_id == Organization.id, belongs())
    return of_it.correlate(Organization).scalar_subquery()
