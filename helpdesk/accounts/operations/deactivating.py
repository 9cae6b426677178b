"""Taking the right to sign in away, and giving it back."""

from helpdesk.accounts.events import PersonDeactivated
from helpdesk.accounts.models import User
from helpdesk.accounts.operations.administrators import refuse_to_lose
from helpdesk.accounts.operations.locking import lock
from helpdesk.accounts.operations.touching import Untouchable, refuse_to_touch
from helpdesk.core.db import db
from helpdesk.core.events import publish


def deactivate(person: User, *, by: User, tickets_to: User | None = None) -> None:
    """They are signed out and stay out; open tickets they have go to `tickets_to`, or back to nobody.

    Raises Untouchable, LastAdministrator, and NotAnAssignee for somebody who cannot take tickets.
    """
    refuse_to_touch(person)
    if person.id == by.id:
        raise Untouchable("Nobody deactivates their own account. Ask another administrator.")
    person = lock(person)
    if not person.is_active:
        return
    refuse_to_lose(person)
    person.is_active = False
    db.session.flush()
    publish(PersonDeactivated(person, by=by, tickets_to=tickets_to))


def activate(person: User, *, by: User) -> None:
    """They may sign in again, with the password, role and teams they had. Raises Untouchable."""
    refuse_to_touch(person)
    lock(person).is_active = True
    db.session.flush()
