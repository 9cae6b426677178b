"""What somebody answers whom an organization has asked to join: yes or no, and nothing changes without it."""

from helpdesk.accounts.models import OrganizationRole, User
from helpdesk.accounts.operations.locking import lock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict


class NotInvitedAnyMore(Conflict):
    """The invitation was taken back, or the person belongs somewhere already."""


def join(person: User, *, organization_id: int) -> None:
    """Become a member of the organization that asks. Requests from before stay with who could see them then.

    Raises NotInvitedAnyMore.
    """
    person = lock(person)
    if person.organization_id is not None or person.invited_to_id != organization_id:
        raise NotInvitedAnyMore("This invitation holds no longer. Ask whoever invited you for another one.")
    person.organization_id, person.organization_role = organization_id, OrganizationRole.MEMBER
    person.invited_to_id = None
    db.session.flush()
    db.session.refresh(person)  # with it changes what they may see


def decline(person: User, *, organization_id: int) -> None:
    """Stay by oneself; an invitation of somebody else stays open."""
    person = lock(person)
    if person.invited_to_id == organization_id:
        person.invited_to_id = None
        db.session.flush()
