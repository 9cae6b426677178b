"""Which sign-in providers the page of signing in offers."""

from sqlalchemy import Row, select

from helpdesk.core.db import db
from helpdesk.identity.providers import IdentityProvider


def offered() -> list[Row[int, str]]:
    """Id and name of each provider there is a button for."""
    named = select(IdentityProvider.id, IdentityProvider.name).where(IdentityProvider.is_active)
    return list(db.session.execute(named.order_by(IdentityProvider.name, IdentityProvider.id)))
