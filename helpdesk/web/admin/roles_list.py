"""Every role with what it permits and how many have it; one of them by its address."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, url_for
from sqlalchemy import Text, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from helpdesk.accounts.models import Role, RolePermission, User
from helpdesk.accounts.permissions import SIGHT, Permission
from helpdesk.core.db import db


@dataclass(frozen=True, slots=True)
class RoleColumn:
    """One role of the table."""

    id: int
    name: str
    description: str
    is_built_in: bool
    needs_second_factor: bool
    permissions: frozenset[Permission]
    people_count: int

    @property
    def people_url(self) -> str:
        return url_for("admin.people.index", role=self.id)

    @property
    def sight(self) -> int:
        """Which of the three steps of what they see."""
        return sight_of(self.permissions)


def roles_list() -> Sequence[RoleColumn]:
    """The role that may least first. Costs one statement."""
    people = select(func.count()).where(User.role_id == Role.id, User.is_active).correlate(Role)
    permits = select(RolePermission.permission).where(RolePermission.role_id == Role.id).correlate(Role)
    found = db.session.execute(
        select(
            Role.id,
            Role.name,
            Role.description,
            Role.is_built_in,
            Role.needs_second_factor,
            func.array(permits.scalar_subquery(), type_=ARRAY(Text)).label("permissions"),
            people.scalar_subquery().label("people_count"),
        )
    )
    columns = [
        RoleColumn(
            id=row.id,
            name=row.name,
            description=row.description,
            is_built_in=row.is_built_in,
            needs_second_factor=row.needs_second_factor,
            permissions=frozenset(map(Permission, row.permissions)),
            people_count=row.people_count,
        )
        for row in found
    ]
    return sorted(columns, key=lambda role: (len(role.permissions), role.name.lower()))


def role_or_404(role_id: int) -> Role:
    """The role with this id."""
    role = db.session.get(Role, role_id)
    if role is None:
        abort(404)
    return role


def permitted_by(role: Role) -> frozenset[Permission]:
    """What a role permits."""
    permits = select(RolePermission.permission).where(RolePermission.role_id == role.id)
    return frozenset(db.session.scalars(permits))


def sight_of(permissions: frozenset[Permission]) -> int:
    """Which of the three steps of SIGHT these permissions reach."""
    return max(step for step, needed in enumerate(SIGHT) if needed <= permissions | _implied(permissions))


def _implied(permissions: frozenset[Permission]) -> frozenset[Permission]:
    return SIGHT[-1] if Permission.SEE_EVERY_TICKET in permissions else frozenset()
