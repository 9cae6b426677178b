"""What somebody may do: as staff through a role, or as a customer."""

from sqlalchemy import exists, select

from helpdesk.accounts.events import RoleChanged
from helpdesk.accounts.models import EmailAddress, Role, RolePermission, Team, User
from helpdesk.accounts.operations.administrators import refuse_to_lose
from helpdesk.accounts.operations.giving_roles import refuse_to_give
from helpdesk.accounts.operations.locking import lock
from helpdesk.accounts.operations.touching import refuse_to_touch
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.bulk import bulk_relate
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish


class NotConfirmed(Conflict):
    """Nobody has proved yet that the address is theirs."""


def change_role(person: User, *, to: Role | None, by: User) -> None:
    """Give a role, or none: then they are a customer, leave their teams, and open tickets they have go to nobody.

    They sign in anew. Raises Untouchable, Refused for a role that may more than its giver, LastAdministrator, and
    NotConfirmed for a customer whose address is not: who signed up with it could be anybody.
    """
    refuse_to_touch(person)
    if to is not None:
        refuse_to_give(to, by=by)
    person = lock(person)
    if person.role_id == (to.id if to else None):
        return
    if not person.is_staff and not _is_confirmed(person):
        raise NotConfirmed(
            f"{person.email} is not confirmed yet. Send an invitation first; once accepted, try again."
        )
    if person.is_staff and (to is None or not _manages_people(to)):
        refuse_to_lose(person)
    person.role_id, person.is_staff = (to.id, True) if to else (None, False)
    db.session.flush()
    if to is None:
        bulk_relate(Team.members, Team.id.in_(person.team_ids), remove=[person])
    db.session.refresh(person)  # what a role permits is read with the person
    publish(RoleChanged(person, by=by))


def _is_confirmed(person: User) -> bool:
    primary = EmailAddress.is_primary & (EmailAddress.user_id == person.id)
    return bool(db.session.scalar(select(exists().where(primary, EmailAddress.verified_at.is_not(None)))))


def _manages_people(role: Role) -> bool:
    manages = RolePermission.permission == Permission.MANAGE_PEOPLE
    return bool(db.session.scalar(select(exists().where(RolePermission.role_id == role.id, manages))))
