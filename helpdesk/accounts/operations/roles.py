"""Roles that administrators make: named, described, given permissions, changed, and deleted for another one."""

from collections.abc import Iterable

from sqlalchemy import select

from helpdesk.accounts.events import SecondFactorDemanded
from helpdesk.accounts.models import Role, RolePermission, User
from helpdesk.accounts.operations.administrators import refuse_to_be_left_without
from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.operations.giving_roles import refuse_to_give, refuse_to_permit
from helpdesk.accounts.operations.locking import lock_rights
from helpdesk.accounts.operations.naming import clean_description, clean_label, refuse_second
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.policy import is_touchable
from helpdesk.audit.bulk import bulk_update
from helpdesk.core.db import db
from helpdesk.core.errors import Refused, Unwelcome
from helpdesk.core.events import publish


class BuiltIn(Refused):
    """A role whose name has to go on meaning what it means."""


class NoRoleInstead(Unwelcome):
    """Somebody has the role, and nobody said what they get for it."""

    status = 422


def create_role(
    *,
    name: str,
    description: str = "",
    permissions: Iterable[Permission],
    needs_second_factor: bool = False,
    by: User,
) -> Role:
    """Raises BadName, NameTaken, DescriptionTooLong, and Refused for more than its maker may."""
    name, description, permits = clean_label(name), clean_description(description), complete(permissions)
    refuse_to_permit(permits, name=name, by=by)
    refuse_second(Role, name)
    role = Role(
        name=name,
        description=description,
        needs_second_factor=needs_second_factor,
        permissions=[RolePermission(permission=each) for each in sorted(permits)],
    )
    db.session.add(role)
    db.session.flush()
    return role


def edit_role(
    role: Role,
    *,
    name: str,
    description: str,
    permissions: Iterable[Permission],
    needs_second_factor: bool,
    by: User,
) -> None:
    """Whoever has the role may other things from their next page on.

    Raises BuiltIn, BadName, NameTaken, DescriptionTooLong, LastAdministrator, and Refused for a role that permits, or
    did, more than `by` may.
    """
    name, description, permits = clean_label(name), clean_description(description), complete(permissions)
    role = _locked(role)
    _refuse_built_in(role)
    refuse_to_give(role, by=by)
    refuse_to_permit(permits, name=name, by=by)
    refuse_second(Role, name, beside=role.id)
    if Permission.MANAGE_PEOPLE not in permits:
        refuse_to_be_left_without(User.role_id == role.id, whom="whoever has this role")
    role.name, role.description = name, description
    _permit(role, permits)
    _demand(role, needs_second_factor, by=by)
    db.session.flush()


def demand_second_factor(role: Role, *, is_needed: bool, by: User) -> None:
    """All that can be changed of a built-in role as well. Raises Refused for a role that permits more than `by` may."""
    role = _locked(role)
    refuse_to_give(role, by=by)
    _demand(role, is_needed, by=by)
    db.session.flush()


def delete_role(role: Role, *, instead: Role | None, by: User) -> None:
    """Whoever has it gets another one, and signs in anew.

    Raises BuiltIn, NoRoleInstead, LastAdministrator, and Refused where either role permits more than `by` may.
    """
    role = _locked(role)
    _refuse_built_in(role)
    refuse_to_give(role, by=by)
    people = db.session.scalars(select(User).where(User.role_id == role.id).order_by(User.id)).all()
    if people:
        if instead is None or instead.id == role.id:
            raise NoRoleInstead("Choose the role that its people get instead.")
        for person in people:
            if is_touchable(person):
                change_role(person, to=instead, by=by)
        # accounts that are no more keep the place they had
        bulk_update(User, User.role_id == role.id, lambda _row: {"role_id": instead.id})
    db.session.refresh(role, ["permissions"])
    db.session.delete(role)
    db.session.flush()


def complete(permissions: Iterable[Permission]) -> frozenset[Permission]:
    """Who sees every ticket sees those of their teams: a role says both."""
    permits = frozenset(permissions)
    if Permission.SEE_EVERY_TICKET in permits:
        return permits | {Permission.SEE_TEAM_TICKETS}
    return permits


def _locked(role: Role) -> Role:
    lock_rights()
    return db.session.get_one(Role, role.id, populate_existing=True, with_for_update=True)


def _refuse_built_in(role: Role) -> None:
    if role.is_built_in:
        raise BuiltIn(f"{role.name} is built in and stays as it is. Copy it, and change the copy.")


def _permit(role: Role, permits: frozenset[Permission]) -> None:
    db.session.refresh(role, ["permissions"])
    kept = [each for each in role.permissions if each.permission in permits]
    added = permits - {each.permission for each in kept}
    role.permissions = [*kept, *(RolePermission(permission=each) for each in sorted(added))]


def _demand(role: Role, is_needed: bool, *, by: User) -> None:
    is_news = is_needed and not role.needs_second_factor
    role.needs_second_factor = is_needed
    if is_news:
        publish(SecondFactorDemanded(role, by=by))
