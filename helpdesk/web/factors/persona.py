"""For whom the pages about second factors are drawn, and how a deed of theirs is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, session, url_for

from helpdesk.accounts.models import User
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.web import doorway
from helpdesk.web.answers import Page, see_other


@dataclass(frozen=True, slots=True)
class Persona:
    """Staff or customers: where their pages lie, and in which layout."""

    blueprint: str
    prefix: str
    layout: str
    home: str
    """The page from which one gets there."""

    def url(self, page: str, **values: Any) -> str:
        """The address of one of these pages, such as "passkeys.new"."""
        return url_for(f"{self.blueprint}.{page}", **values)

    def to(self, page: str) -> Page:
        """Go and look there."""
        return see_other(f"{self.blueprint}.{page}")

    def page(self, template: str, **context: Any) -> str:
        """One of the templates, in the persona's layout."""
        return render_template(
            f"factors/{template}.html", layout=f"factors/_{self.layout}.html", persona=self, **context
        )


STAFF = Persona("agents", "/preferences/security", "agent", "agents.preferences.edit")
CUSTOMERS = Persona("customers", "/profile/security", "portal", "customers.profile.edit")


def me() -> User:
    """Whose pages these are."""
    found: User = g.person
    return found


def this_session() -> str:
    """The secret of this browser: what is ended elsewhere goes on here."""
    secret: str = session[doorway.SESSION_KEY]
    return secret


@contextmanager
def deed() -> Iterator[None]:
    """Run the block in the app role; refused, nothing of it stays."""
    with db.session.begin_nested(), acting_as(db.session(), DatabaseRole.APP):
        yield


@contextmanager
def look() -> Iterator[None]:
    """Read in the app role: customers have no rights on these tables."""
    with acting_as(db.session(), DatabaseRole.APP):
        yield
