"""Signed-in browsers without a browser."""

from helpdesk.accounts.models import User
from helpdesk.identity.models import SignInMethod
from helpdesk.identity.operations.sessions import enter


def start_session(person: User, *, stays: bool = False, user_agent: str | None = None) -> str:
    """Sign somebody in who has given their password. Returns the secret of the cookie."""
    return enter(person, method=SignInMethod.PASSWORD, stays=stays, user_agent=user_agent).secret
