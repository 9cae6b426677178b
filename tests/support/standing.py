"""Everybody who can stand before the policy, without a database: each set of permissions, at work or gone."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from helpdesk.accounts.models import OrganizationRole, User
from helpdesk.accounts.permissions import Permission

MOST_AT_ONCE = 3
"""No rule asks for more permissions than that."""


def somebody(*permissions: Permission, **more: Any) -> User:
    """Staff with these permissions, or whoever `more` says."""
    given: dict[str, Any] = {"id": 1, "is_staff": True, "role_id": 1, "is_active": True, "is_system": False}
    person = User(**{**given, **more})
    person.permissions = [each.value for each in permissions]
    person.team_ids, person.shared_organization_id = [7], None
    return person


def customer(**more: Any) -> User:
    """A customer of no organization."""
    return somebody(**{"is_staff": False, "role_id": None, **more})


def sets_of_permissions() -> Iterator[frozenset[Permission]]:
    """Every few of them, all of them, and all but one."""
    for size in range(MOST_AT_ONCE + 1):
        yield from map(frozenset, combinations(Permission, size))
    yield frozenset(Permission)
    yield from (frozenset(Permission) - {each} for each in Permission)


def manager(**more: Any) -> User:
    """A customer who manages an organization."""
    return customer(organization_id=3, organization_role=OrganizationRole.MANAGER, **more)
