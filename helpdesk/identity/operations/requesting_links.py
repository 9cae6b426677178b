"""What follows when a stranger types an address: who gets which link. Run by jobs, so that the page takes equally long
for everybody and tells nobody who has an account."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.registering import AddressTaken, add_customer
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.identity.events import LinkRequested, RegisteredAgain
from helpdesk.identity.models import TokenPurpose


def register(*, email: str, full_name: str) -> None:
    """Sign a customer up, unless the address is known: then its owner is told. Raises BadName, NotAnAddress."""
    known = _address(email)
    if known is None:
        try:
            known = add_customer(email=email, full_name=full_name)
        except AddressTaken:  # by somebody who was faster, a moment ago
            known = _address(email)
    if known is None or not _is_reachable(known):
        return
    if known.verified_at is None:
        _ask_to_confirm(known)
    else:
        publish(RegisteredAgain(known.user, known))


def request_reset(*, email: str) -> None:
    """Send a link for choosing a new password; to customers who never confirmed their address, one for that."""
    known = _address(email)
    if known is None or not _is_reachable(known):
        return
    if known.verified_at is None:
        _ask_to_confirm(known)
    else:
        publish(LinkRequested(TokenPurpose.RESET_PASSWORD, known.user, known))


def request_magic_link(*, email: str) -> None:
    """Send a customer a link that signs in. Staff get none: who reads their mail must not become them."""
    known = _address(email)
    if known is None or not _is_reachable(known) or known.user.is_staff:
        return
    if known.verified_at is None:
        _ask_to_confirm(known)
    else:
        publish(LinkRequested(TokenPurpose.MAGIC_LINK, known.user, known))


def _ask_to_confirm(address: EmailAddress) -> None:
    """Staff who have not accepted their invitation need a new one from whoever invited them."""
    if not address.user.is_staff:
        publish(LinkRequested(TokenPurpose.CONFIRM_EMAIL, address.user, address))


def _address(email: str) -> EmailAddress | None:
    same = select(EmailAddress).where(EmailAddress.email_key == email_key(email))
    return db.session.scalars(same.options(joinedload(EmailAddress.user))).one_or_none()


def _is_reachable(address: EmailAddress) -> bool:
    return address.user.is_active and address.user.anonymised_at is None
