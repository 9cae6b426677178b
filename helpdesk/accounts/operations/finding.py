"""Who is behind an address: the person who has it, or a new customer."""

from sqlalchemy import select

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.registering import AddressTaken, add_customer
from helpdesk.core.db import db


def person_with_address(email: str, *, name: str = "") -> User:
    """The person with this address; a customer with this address, yet to be confirmed, where there is none.

    `name` is for the new customer alone. Raises NotAnAddress and BadName.
    """
    person = known_person(email)
    if person is not None:
        return person
    try:
        return add_customer(email=email, full_name=name).user
    except AddressTaken:  # somebody else made them a moment ago
        person = known_person(email)
        assert person is not None
        return person


def known_person(email: str) -> User | None:
    """Who has this address, however it is spelled. Raises NotAnAddress."""
    key = email_key(email)
    return db.session.scalars(
        select(User).join(User.addresses).where(EmailAddress.email_key == key)
    ).one_or_none()
