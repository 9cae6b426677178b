"""One change of who may do what at a time."""

from sqlalchemy import func, select

from helpdesk.accounts.models import User
from helpdesk.core.db import db


def lock(person: User) -> User:
    """Wait for whoever changes anybody's rights now, then read the person afresh.

    One lock for all people: two administrators who remove each other at once must see what the other has done.
    """
    lock_rights()
    return db.session.get_one(User, person.id, populate_existing=True)


def lock_rights() -> None:
    """Wait for whoever changes anybody's rights now, or those a role gives."""
    db.session.flush()
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("rights of people"))))
