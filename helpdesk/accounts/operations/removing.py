"""Addresses that go: given up, erased with their person, or claimed by somebody who never proved them."""

from sqlalchemy import select

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.events import AddressLeft
from helpdesk.accounts.models import EmailAddress
from helpdesk.core.db import db
from helpdesk.core.events import publish


def remove(address: EmailAddress) -> None:
    """Delete it, with every link and letter that was to go there."""
    publish(AddressLeft(address))
    db.session.delete(address)
    db.session.flush()


def end_claim(email: str) -> None:
    """Whoever merely said that this address is theirs says so no longer: somebody else asks for it."""
    claimed = (EmailAddress.email_key == email_key(email)) & EmailAddress.is_claim
    for address in db.session.scalars(select(EmailAddress).where(claimed)):
        remove(address)
