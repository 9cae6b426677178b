"""Proving that one more address is one's own: by the link mailed to it, where one is signed in."""

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.addresses import confirm
from helpdesk.core.errors import Gone
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.tokens import NOT_GOOD, use


def confirm_address(token: str, *, by: User) -> EmailAddress:
    """Use the link up; the address belongs to `by` from now on.

    Raises Gone also for a good link of another account: else whoever claims a stranger's address and talks them into
    following the link would get their mail.
    """
    used = use(token, purpose=TokenPurpose.CONFIRM_ADDRESS)
    if used.address is None or used.user_id != by.id:
        raise Gone(NOT_GOOD)
    confirm(used.address)
    return used.address
