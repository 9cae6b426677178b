"""The rule that a desk is never without somebody who may manage its people."""

from sqlalchemy import ColumnElement, exists, select

from helpdesk.accounts.models import EmailAddress, RolePermission, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict


class LastAdministrator(Conflict):
    """Without this person nobody could manage people any more."""


def refuse_to_lose(person: User) -> None:
    """Raise LastAdministrator where nobody else could go on managing people. Call it under `locking.lock`."""
    if not db.session.scalar(select(_manages_people(beside=User.id == person.id))):
        raise LastAdministrator(
            f"{person.name} is the last administrator. Make somebody else an administrator first."
        )


def refuse_to_be_left_without(people: ColumnElement[bool], *, whom: str) -> None:
    """Raise LastAdministrator where nobody but these could manage people. Call it under `locking.lock_rights`."""
    manage = select(User.id).where(people, _is_permitted(), User.is_active).exists()
    if not db.session.scalar(select(~manage | _manages_people(beside=people))):
        raise LastAdministrator(f"Only {whom} may manage people. Make somebody else an administrator first.")


def _is_permitted() -> ColumnElement[bool]:
    return exists().where(
        RolePermission.role_id == User.role_id, RolePermission.permission == Permission.MANAGE_PEOPLE
    )


def _manages_people(*, beside: ColumnElement[bool]) -> ColumnElement[bool]:
    """Somebody else may, and can sign in: an invitation that nobody has accepted does not count."""
    is_confirmed = exists().where(
        EmailAddress.user_id == User.id, EmailAddress.is_primary, EmailAddress.verified_at.is_not(None)
    )
    can_sign_in = User.is_active & User.password_hash.is_not(None) & ~User.is_system
    return exists().where(~beside, can_sign_in, _is_permitted(), is_confirmed)
