"""Which people: functions that take and return a Select, so that they chain, page and count. None takes a session."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.accounts.models import (
    EmailAddress,
    Organization,
    Role,
    RolePermission,
    Team,
    User,
    team_members,
)
from helpdesk.core.counts import capped
from helpdesk.core.pagination import Key

MOST_WORDS = 5

IS_SOMEBODY = true()
IS_STAFF = and_(User.is_staff, User.is_active)
IS_CUSTOMER = and_(~User.is_staff, User.is_active)
IS_DEACTIVATED = ~User.is_active

BY_NAME = (Key(func.lower(User.full_name, type_=Text())), Key(User.id))


def people() -> Select[User]:
    """Everybody, deactivated ones included; not the system."""
    return select(User).where(~User.is_system)


def matching(people: Select[User], text: str) -> Select[User]:
    """Those in whose name, address or organization every word of the text occurs; all for an empty text."""
    for word in text.split()[:MOST_WORDS]:
        people = people.where(User.id.in_(_found(word)))
    return people


def _found(word: str) -> Any:
    """A union, not an OR: each part then uses its own index."""
    pattern = "%" + re.sub(r"([%_\\])", r"\\\1", word) + "%"
    return union(
        select(User.id).where(User.full_name.ilike(pattern)),
        select(EmailAddress.user_id).where(EmailAddress.email.ilike(pattern)),
        select(User.id).join(User.organization).where(Organization.name.ilike(pattern)),
    )


def counts(
    people: Select[User], segments: Mapping[str, ColumnElement[bool]], *, is_searched: bool = False
) -> Select[*tuple[int, ...]]:
    """How many of them there are in each segment, one column a segment, each counted up to the cap.

    What a search finds is found once, and counted whole: its page sorts all of it as well.
    """
    if is_searched:
        return people.with_only_columns(
            *(func.count().filter(condition).label(name) for name, condition in segments.items())
        )
    return select(*(capped(people.where(condition)).label(name) for name, condition in segments.items()))


def counted(
    people: Select[User], segments: Mapping[str, ColumnElement[bool]], *, is_searched: bool = False
) -> ScalarSelect[dict[str, int]]:
    """The same as one JSON column beside the rows of a list, computed once."""
    numbers = counts(people, segments, is_searched=is_searched).order_by(None).correlate(None).subquery()
    pairs = [each for column in numbers.c for each in (column.name, column)]
    return select(func.jsonb_build_object(*pairs, type_=JSONB)).scalar_subquery()


def listed(people: Select[User], *more: Any) -> Select[*tuple[Any, ...]]:
    """The people as a list shows them: id, full_name, email, is_confirmed, is_staff, is_active, role, organization,
    organization_role, teams (names), last_login, created_at, and what else is asked for.

    Whatever comes from another table is a subselect: PostgreSQL computes those for the rows of the page alone.
    """
    role = select(Role.name).where(Role.id == User.role_id)
    organization = select(Organization.name).where(Organization.id == User.organization_id)
    return people.with_only_columns(
        User.id,
        User.full_name,
        func.coalesce(User.email, "").label("email"),
        _confirmed().label("is_confirmed"),
        User.is_staff,
        User.is_active,
        role.scalar_subquery().label("role"),
        organization.scalar_subquery().label("organization"),
        User.organization_role,
        _names_of_teams().label("teams"),
        User.last_login,
        User.created_at,
        *more,
    )


def is_confirmed() -> ColumnElement[bool]:
    """Whether the primary address is."""
    return exists().where(
        EmailAddress.user_id == User.id, EmailAddress.is_primary, EmailAddress.verified_at.is_not(None)
    )


def _confirmed() -> ColumnElement[bool]:
    """The same for the rows of a page. No EXISTS: PostgreSQL would look for it among all addresses there are."""
    primary = select(EmailAddress.verified_at.is_not(None)).where(
        EmailAddress.user_id == User.id, EmailAddress.is_primary
    )
    return func.coalesce(primary.correlate(User).scalar_subquery(), False)


def _names_of_teams() -> ColumnElement[list[str]]:
    return func.array(
        select(Team.name)
        .join(team_members, team_members.c.team_id == Team.id)
        .where(team_members.c.user_id == User.id)
        .order_by(Team.name)
        .correlate(User)
        .scalar_subquery()
    )


def staff_and(person_id: int | None) -> Select[*tuple[int, str]]:
    """Everybody who works here or once did, the system too, and one person more: id and name, by name."""
    name = func.coalesce(func.nullif(User.full_name, ""), User.email, "")
    somebody = or_(User.is_staff, User.id == person_id)
    return select(User.id, name.label("name")).where(somebody).order_by(func.lower(name), User.id)


def addresses() -> ColumnElement[Any]:
    """All addresses of a person, the primary one first: a JSON column of id, email, is_primary, is_confirmed."""
    address = func.jsonb_build_object(
        "id",
        EmailAddress.id,
        "email",
        EmailAddress.email,
        "is_primary",
        EmailAddress.is_primary,
        "is_confirmed",
        EmailAddress.verified_at.is_not(None),
    )
    in_order = func.jsonb_agg(address).aggregate_order_by(EmailAddress.is_primary.desc(), EmailAddress.id)
    return (
        select(func.coalesce(in_order, literal([], JSONB)))
        .where(EmailAddress.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )


def roles() -> Select[*tuple[int, str, list[str]]]:
    """Every role with what it permits: id, name, permissions."""
    permissions = (
        select(RolePermission.permission)
        .where(RolePermission.role_id == Role.id)
        .correlate(Role)
        .scalar_subquery()
    )
    return select(Role.id, Role.name, func.array(permissions).label("permissions")).order_by(Role.id)
