"""How people come to be: a customer who signed up, staff who were invited, an administrator made at the console."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from helpdesk.accounts.addresses import clean_email, email_key
from helpdesk.accounts.models import EmailAddress, Role, User
from helpdesk.accounts.names import clean_name
from helpdesk.accounts.operations.removing import end_claim
from helpdesk.accounts.permissions import ADMIN
from helpdesk.accounts.reserved import refuse_reserved
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict


class AddressTaken(Conflict):
    """Somebody has this e-mail address already."""


def add_customer(*, email: str, full_name: str) -> EmailAddress:
    """A customer who has yet to prove that the address is theirs. Raises AddressTaken, BadName, NotAnAddress."""
    return _add(User(full_name=clean_name(full_name)), email=email, verified_at=None)


def add_administrator(*, email: str, full_name: str, verified_at: datetime | None = None) -> EmailAddress:
    """Staff who may do everything. Raises AddressTaken, BadName, NotAnAddress."""
    role = db.session.scalars(select(Role).where(Role.name == ADMIN)).one()
    return add_staff(email=email, full_name=full_name, role=role, verified_at=verified_at)


def add_staff(*, email: str, full_name: str, role: Role, verified_at: datetime | None = None) -> EmailAddress:
    """Somebody who works here. Raises AddressTaken, BadName, NotAnAddress."""
    person = User(full_name=clean_name(full_name), is_staff=True, role_id=role.id)
    return _add(person, email=email, verified_at=verified_at)


def add_address(person: User, *, email: str) -> EmailAddress:
    """One more address of somebody, yet to be confirmed. Raises AddressTaken and NotAnAddress."""
    return _save(
        EmailAddress(
            email=clean_email(email), email_key=email_key(email), user_id=person.id, is_primary=False
        )
    )


def _add(person: User, *, email: str, verified_at: datetime | None) -> EmailAddress:
    return _save(
        EmailAddress(
            email=clean_email(email), email_key=email_key(email), verified_at=verified_at, user=person
        )
    )


def _save(address: EmailAddress) -> EmailAddress:
    refuse_reserved(address.email)
    end_claim(address.email)
    try:
        with db.session.begin_nested():  # two at once: the second one's refusal leaves the rest alone
            db.session.add(address)
    except IntegrityError as error:
        raise AddressTaken(f"Somebody with the address {address.email} is here already.") from error
    return address
