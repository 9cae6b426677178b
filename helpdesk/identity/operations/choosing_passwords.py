"""Choosing a password with a mailed link: after signing up, after an invitation, after forgetting the old one."""

from helpdesk.accounts.models import User
from helpdesk.accounts.names import clean_name
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.sessions import end_sessions
from helpdesk.identity.operations.tokens import revoke, use
from helpdesk.identity.passwords import check_password, hash_password


def choose_password(
    token: str, *, purpose: TokenPurpose, password: str, full_name: str | None = None
) -> User:
    """Set the password and, as the link came by mail, hold its address for verified.

    Ends every session of the person and every other link. Raises BadPassword, BadName and Gone.
    """
    check_password(password)
    used = use(token, purpose=purpose)
    person, address = used.user, used.address
    if person is None or address is None:
        raise Gone("This link works no longer.")
    person.password_hash = hash_password(password)
    if full_name is not None:
        person.full_name = clean_name(full_name)
    if address.verified_at is None:
        address.verified_at = clock.now()
    db.session.flush()
    end_sessions(person)
    revoke(person)
    return person
