"""Asking people in: an account made for somebody, who then chooses a password."""

from sqlalchemy import select

from helpdesk.accounts.events import PersonInvited
from helpdesk.accounts.models import EmailAddress, Role, User
from helpdesk.accounts.operations.giving_roles import refuse_to_give
from helpdesk.accounts.operations.registering import add_customer, add_staff
from helpdesk.accounts.operations.touching import refuse_to_touch
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish


class NothingToAccept(Conflict):
    """An invitation would be of no use to this person."""


def invite(*, email: str, full_name: str, role: Role | None, by: User) -> User:
    """Make an account, with a role for staff or none for a customer, and ask its owner to choose a password.

    Raises AddressTaken, BadName, NotAnAddress, and Refused for a role that may more than its giver.
    """
    if role is None:
        address = add_customer(email=email, full_name=full_name)
    else:
        refuse_to_give(role, by=by)
        address = add_staff(email=email, full_name=full_name, role=role)
    publish(PersonInvited(address.user, address, by=by))
    return address.user


def invite_again(person: User, *, by: User) -> EmailAddress:
    """Send another invitation; the earlier one stays good until one of them is used.

    Raises Untouchable and NothingToAccept.
    """
    refuse_to_touch(person)
    primary = EmailAddress.is_primary & (EmailAddress.user_id == person.id)
    address = db.session.scalars(select(EmailAddress).where(primary)).one_or_none()
    if address is None or not person.is_active:
        raise NothingToAccept(f"{person.name} cannot sign in, so there is nothing to invite them to.")
    if address.verified_at is not None:
        raise NothingToAccept(
            f"{person.name} has confirmed the address already, and can ask for a new password."
        )
    publish(PersonInvited(person, address, by=by))
    return address
