"""What people are called."""

from helpdesk.accounts.models import User
from helpdesk.accounts.names import clean_name
from helpdesk.accounts.operations.touching import refuse_to_touch
from helpdesk.core.db import db


def rename_person(person: User, *, full_name: str, by: User) -> None:
    """An empty name means the address. Raises Untouchable and BadName."""
    refuse_to_touch(person)
    person.full_name = clean_name(full_name)
    db.session.flush()
