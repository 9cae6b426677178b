"""What follows when a stranger types an address: who gets which link. Run by jobs, so that the page takes equally long
for everybody and tells nobody who has an account."""

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.addresses import address_for, claim, owned
from helpdesk.accounts.reserved import Reserved
from helpdesk.core.events import publish
from helpdesk.identity.events import LinkRequested, RegisteredAgain
from helpdesk.identity.models import TokenPurpose


def register(*, email: str, full_name: str) -> None:
    """Sign a customer up, unless the address is known: then its owner is told; of the desk's own nothing comes.

    Raises BadName, NotAnAddress.
    """
    try:
        known = address_for(email, name=full_name)
    except Reserved:
        return
    if not _is_reachable(known):
        return
    if known.verified_at is None:
        _ask_to_confirm(known)
    else:
        publish(RegisteredAgain(known.user, known))


def request_reset(*, email: str) -> None:
    """Send a link for choosing a new password; to customers who never confirmed their address, one for that."""
    known = owned(email)
    if known is None or not _is_reachable(known):
        return
    if known.verified_at is None:
        _ask_to_confirm(known)
    else:
        publish(LinkRequested(TokenPurpose.RESET_PASSWORD, known.user, known))


def request_magic_link(*, email: str) -> None:
    """Send a customer a link that signs in. Staff get none: who reads their mail must not become them."""
    known = owned(email)
    if known is None or not _is_reachable(known) or known.user.is_staff:
        return
    if known.verified_at is None:
        _ask_to_confirm(known)
    else:
        publish(LinkRequested(TokenPurpose.MAGIC_LINK, known.user, known))


def add_address(person: User, *, email: str) -> None:
    """Ask whoever reads an address's mail whether it is this person's. Nothing happens for one that is another's."""
    try:
        claimed = claim(person, email=email)
    except Reserved:
        return
    if claimed is not None:
        publish(LinkRequested(TokenPurpose.CONFIRM_ADDRESS, person, claimed))


def _ask_to_confirm(address: EmailAddress) -> None:
    """Staff who have not accepted their invitation need a new one from whoever invited them."""
    if not address.user.is_staff:
        publish(LinkRequested(TokenPurpose.CONFIRM_EMAIL, address.user, address))


def _is_reachable(address: EmailAddress) -> bool:
    return address.user.is_active and address.user.anonymised_at is None
