"""Who is behind an address: the person who has it, or a new customer."""

from sqlalchemy import select

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.addresses import address_for
from helpdesk.core.db import db


def person_with_address(email: str, *, name: str = "") -> User:
    """The person with this address; a customer with this address, yet to be confirmed, where there is none.

    `name` is for the new customer alone. Raises NotAnAddress and BadName.
    """
    return address_for(email, name=name).user


def known_person(email: str) -> User | None:
    """Who has this address, however it is spelled; not who merely says so. Raises NotAnAddress."""
    same = (EmailAddress.email_key == email_key(email)) & ~EmailAddress.is_claim
    return db.session.scalars(select(User).join(User.addresses).where(same)).one_or_none()
