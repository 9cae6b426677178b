"""What lies behind mailed links: looking uses nothing up, choosing a password does."""

from flask import request
from werkzeug.wrappers import Response

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.identity.models import OneTimeToken, SignInMethod, TokenPurpose
from helpdesk.identity.operations.choosing_passwords import choose_password
from helpdesk.identity.operations.sessions import enter
from helpdesk.identity.operations.tokens import find
from helpdesk.web import doorway
from helpdesk.web.public.arrivals import arrive
from helpdesk.web.public.deeds import deed


def behind(token: str, purpose: TokenPurpose) -> OneTimeToken:
    """The token of a link, unharmed, with its person and address. Raises Gone for every other text."""
    doorway.desk()  # the page that says no is this desk's, too
    with acting_as(db.session(), DatabaseRole.AUTH):
        return find(token, purpose=purpose)


def let_in_with_password(
    token: str, purpose: TokenPurpose, *, password: str, full_name: str | None = None
) -> Response:
    """Use the link up: the password is theirs from now on, and they are signed in."""
    with deed():
        person = choose_password(token, purpose=purpose, password=password, full_name=full_name)
        signed_in = enter(person, method=SignInMethod.LINK, user_agent=request.user_agent.string)
    return arrive(signed_in)
