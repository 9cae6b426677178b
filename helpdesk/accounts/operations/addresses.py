"""Addresses of people: proven by a mailed link, claimed, made the one we write to, given up.

An address that somebody says is theirs is a mere claim until they have proven it: it stands in nobody's way and gives
its claimant nothing.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.events import AddressConfirmed
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.registering import AddressTaken, add_address, add_customer
from helpdesk.accounts.operations.removing import end_claim, remove
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish

MOST_CLAIMS = 5
"""Addresses of one person that wait to be confirmed."""


class NotRemovable(Conflict):
    """An address the account cannot do without."""


def confirm(address: EmailAddress) -> None:
    """Hold it for proven that the address is its person's."""
    if address.verified_at is None:
        address.verified_at, address.is_claim = clock.now(), False
        db.session.flush()
        publish(AddressConfirmed(address.user, address))


def address_for(email: str, *, name: str = "") -> EmailAddress:
    """The address with whose person it is; that of a customer yet to be confirmed where it is nobody's.

    `name` is for the new customer alone. Raises NotAnAddress and BadName.
    """
    known = owned(email)
    if known is not None:
        return known
    try:
        return add_customer(email=email, full_name=name)
    except AddressTaken:  # by somebody who was faster, a moment ago
        known = owned(email)
        assert known is not None
        return known


def owned(email: str) -> EmailAddress | None:
    """The address with its person. A mere claim of it ends here: whoever asks has the better right."""
    end_claim(email)
    return _find(email)


def claim(person: User, *, email: str) -> EmailAddress | None:
    """One more address of somebody, yet to be confirmed; None where it is taken, or too many wait already.

    Raises NotAnAddress.
    """
    known = _find(email)
    if known is not None and known.user_id == person.id:
        return known if known.verified_at is None else None
    if owned(email) is not None or _claims(person) >= MOST_CLAIMS:
        return None
    try:
        claimed = add_address(person, email=email)
    except AddressTaken:
        return None
    claimed.is_claim = True
    db.session.flush()
    return claimed


def make_primary(address: EmailAddress) -> None:
    """Write to this one from now on. Raises Conflict for one that is not confirmed."""
    if address.verified_at is None:
        raise Conflict("Confirm this address first: we have mailed you a link.")
    theirs = select(EmailAddress).where(EmailAddress.user_id == address.user_id, EmailAddress.is_primary)
    for each in db.session.scalars(theirs.with_for_update()):
        each.is_primary = False
    db.session.flush()  # one of them at a time, says the index
    address.is_primary = True
    db.session.flush()


def give_up(address: EmailAddress) -> None:
    """Take an address away from its person. Raises NotRemovable for the one we write to."""
    if address.is_primary:
        raise NotRemovable("We write to this address. Choose another one for that first.")
    remove(address)


def _find(email: str) -> EmailAddress | None:
    same = select(EmailAddress).where(EmailAddress.email_key == email_key(email))
    return db.session.scalars(same.options(joinedload(EmailAddress.user))).one_or_none()


def _claims(person: User) -> int:
    waiting = EmailAddress.is_claim & (EmailAddress.user_id == person.id)
    return db.session.scalars(select(func.count()).where(waiting)).one()
