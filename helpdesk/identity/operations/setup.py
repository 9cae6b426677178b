"""Setting the desk up: once, with the token that only the console shows."""

from helpdesk.accounts.models import User
from helpdesk.accounts.operations.registering import add_administrator
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.operations.tokens import find, mint, revoke_purpose, use
from helpdesk.identity.passwords import check_password, hash_password
from helpdesk.settings.catalogue import change_settings, load_desk


def mint_setup_token() -> str | None:
    """A new token for the setup page, which replaces earlier ones; None on a desk that is set up."""
    if load_desk().is_set_up:
        return None
    revoke_purpose(TokenPurpose.SET_UP)
    return mint(TokenPurpose.SET_UP)


def find_setup_token(token: str) -> OneTimeToken:
    """The token, where it still opens the setup page. Raises Gone."""
    _refuse_second_setup()
    return find(token, purpose=TokenPurpose.SET_UP)


def set_up(
    token: str, *, email: str, full_name: str, password: str, desk_name: str, base_url: str, time_zone: str
) -> User:
    """Make the first administrator and name the desk. Their address counts as verified: they hold the console.

    Raises Gone, BadPassword, BadSetting, BadName, NotAnAddress and AddressTaken.
    """
    check_password(password, about=(full_name, email, desk_name))
    use(token, purpose=TokenPurpose.SET_UP)
    _refuse_second_setup()
    administrator = add_administrator(email=email, full_name=full_name, verified_at=clock.now()).user
    administrator.password_hash = hash_password(password)
    change_settings(desk_name=desk_name, base_url=base_url, time_zone=time_zone, is_set_up=True)
    revoke_purpose(TokenPurpose.SET_UP)
    db.session.flush()
    return administrator


def _refuse_second_setup() -> None:
    if load_desk().is_set_up:
        raise Gone("This desk is set up. Sign in instead.")
