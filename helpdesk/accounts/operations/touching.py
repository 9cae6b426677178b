"""Accounts that nobody changes: the desk's own, and those that were erased or merged into others."""

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused


class Untouchable(Refused):
    """The system, somebody erased, somebody who is somebody else by now, or oneself."""


def refuse_to_touch(person: User) -> None:
    """Raise Untouchable with the reason."""
    if person.is_system:
        raise Untouchable("This account belongs to the desk itself: it acts where nobody does.")
    if person.anonymised_at is not None:
        raise Untouchable("This account was erased. It cannot be used again.")
    if person.merged_into_id is not None:
        raise Untouchable("This account was merged into another one. Change that one instead.")
