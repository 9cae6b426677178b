"""Which sign-in providers the page of signing in offers."""

from sqlalchemy import Row, select

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.identity.providers import IdentityProvider


def offered() -> list[Row[int, str]]:
    """Id and name of each provider there is a button for."""
    named = select(IdentityProvider.id, IdentityProvider.name).where(IdentityProvider.is_active)
    # whoever is signed in already and comes back with a refusal asks in a role that knows of no providers
    with acting_as(db.session(), DatabaseRole.AUTH):
        return list(db.session.execute(named.order_by(IdentityProvider.name, IdentityProvider.id)))
