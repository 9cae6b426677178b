"""The rule that nobody gives away what they do not have."""

from collections.abc import Iterable

from sqlalchemy import select

from helpdesk.accounts.models import Role, RolePermission, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Refused


def refuse_to_give(role: Role, *, by: User) -> None:
    """Raise Refused for a role that permits more than its giver may. The system gives everything."""
    permits = set(
        db.session.scalars(select(RolePermission.permission).where(RolePermission.role_id == role.id))
    )
    refuse_to_permit(permits, name=role.name, by=by)


def refuse_to_permit(permits: Iterable[Permission], *, name: str, by: User) -> None:
    """Raise Refused for permissions that whoever gives them does not have. The system gives everything."""
    if not by.is_system and not all(by.may(each) for each in permits):
        raise Refused(f"{name} may do more than you may. Ask an administrator to give that role.")
