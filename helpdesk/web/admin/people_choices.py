"""The roles, teams and organizations that the pages about people offer: read once for a page."""

from dataclasses import dataclass, field
from typing import Any

from flask import g
from sqlalchemy import Text, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from helpdesk.accounts.models import Organization, Role, RolePermission, Team
from helpdesk.core.db import db

MOST_ORGANIZATIONS = 200
"""More than that nobody looks through: the pages of organizations lead to their people."""


@dataclass(slots=True)
class Choices:
    """Ids and names; of roles also what they permit."""

    roles: list[tuple[int, str, list[str]]] = field(default_factory=list)
    teams: list[tuple[int, str]] = field(default_factory=list)
    organizations: list[tuple[int, str]] = field(default_factory=list)


def choices(*, organization_id: int | None = None) -> Choices:
    """By name, roles by how much they permit; `organization_id` is one that must not be missing. One statement."""
    if "people_choices" not in g:
        g.people_choices = _read(organization_id)
    found: Choices = g.people_choices
    return found


def _read(organization_id: int | None) -> Choices:
    nothing = literal([], ARRAY(Text))
    permits = select(RolePermission.permission).where(RolePermission.role_id == Role.id).correlate(Role)
    first = (
        select(Organization.id)
        .order_by(func.lower(Organization.name), Organization.id)
        .limit(MOST_ORGANIZATIONS)
    )
    organizations = or_(Organization.id.in_(first), Organization.id == (organization_id or 0))
    parts: list[Any] = [
        select(
            literal("roles").label("kind"),
            Role.id.label("id"),
            Role.name.label("name"),
            func.array(permits.scalar_subquery(), type_=ARRAY(Text)).label("permits"),
        ),
        select(literal("teams"), Team.id, Team.name, nothing),
        select(literal("organizations"), Organization.id, Organization.name, nothing).where(organizations),
    ]
    rows = union_all(*parts).subquery().c
    found = Choices()
    for row in db.session.execute(
        select(rows.kind, rows.id, rows.name, rows.permits).order_by(func.lower(rows.name), rows.id)
    ):
        if row.kind == "roles":
            found.roles.append((row.id, row.name, row.permits))
        elif row.kind == "teams":
            found.teams.append((row.id, row.name))
        else:
            found.organizations.append((row.id, row.name))
    found.roles.sort(key=lambda role: len(role[2]))
    return found
