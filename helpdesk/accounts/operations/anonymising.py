"""Erasing a person: what names them goes, the facts of their tickets stay. Cannot be undone."""

from sqlalchemy import select

from helpdesk.accounts.events import PersonAnonymised
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.locking import lock
from helpdesk.accounts.operations.removing import remove
from helpdesk.accounts.operations.touching import Untouchable, refuse_to_touch
from helpdesk.audit import acts
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.events import publish

NAMELESS = "Erased person"
"""What they are called from then on."""


def anonymise(person: User, *, by: User) -> None:
    """They are signed out for good; name, addresses, picture, notes and whatever else is theirs alone are deleted.

    What they wrote stays in their tickets. Raises Untouchable for the system, who was erased or merged already, and
    somebody who still works here: deactivate them first, so that their open tickets go to somebody.
    """
    refuse_to_touch(person)
    if person.is_staff and person.is_active:
        raise Untouchable(f"{person.name} works here. Deactivate the account first, then erase it.")
    person = lock(person)
    refuse_to_touch(person)  # two at once: the second one finds it done
    publish(PersonAnonymised(person, by=by))
    for address in db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).all():
        remove(address)
        acts.withhold("email_addresses", address.id, "email", "email_key")
    person.full_name, person.anonymised_at, person.is_active = NAMELESS, clock.now(), False
    person.password_hash = person.last_login = person.locale = person.time_zone = None
    person.organization_id = person.organization_role = person.invited_to_id = None
    person.picture_sha256 = None
    person.notes, person.signature, person.preferences = "", "", {}
    db.session.flush()
    acts.withhold("users", person.id, "full_name")
    db.session.refresh(person)
