"""F07: an account that is here is connected to a provider only by whoever proves here that it is theirs."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from sqlalchemy import func, select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.identity.providers import ProviderIdentity
from tests.support.browser import Browser
from tests.support.cast import PASSWORD
from tests.support.oidc_provider import OidcProvider
from tests.support.provided import Provided


def test_an_account_that_is_here_is_connected_only_after_its_own_password(
    provided: Provided, idp: OidcProvider, acting: Callable[..., Any], browser: Callable[[], Browser]
) -> None:
    idp.person["sub"], idp.person["email"] = "cora-at-idp", "cora@customer.example"
    seen = provided.sign_in()
    page = seen.location or ""

    assert seen.status == 303
    assert not provided.is_in
    assert "You have an account here" in provided.browser.get(page).text
    assert _connected("cora-at-idp", acting) == 0

    thief = browser()
    thief.post("/login", {"email": "olga@stranger.example", "password": PASSWORD})
    ticket = unquote(page.partition("ticket=")[2])
    assert thief.get(page).location == "/"
    assert thief.post("/login/providers/connection", {"ticket": ticket}).location == "/"
    assert _connected("cora-at-idp", acting) == 0

    provided.browser.post("/login", {"email": "cora@customer.example", "password": PASSWORD, "next": page})
    assert "Connect your account" in provided.browser.get(page).text
    assert provided.browser.post("/login/providers/connection", {"ticket": ticket}).status == 303
    assert _connected("cora-at-idp", acting) == 1


def _connected(subject: str, acting: Callable[..., Any]) -> int:
    with acting("ada"):
        same = ProviderIdentity.subject == subject
        return db.session.scalars(select(func.count()).select_from(ProviderIdentity).where(same)).one()


def test_nothing_that_was_refused_leaves_a_session_or_a_person(
    provided: Provided, idp: OidcProvider, acting: Callable[..., Any]
) -> None:
    def numbers() -> tuple[int, ...]:
        with acting("ada"):
            counts = (
                select(func.count()).select_from(each) for each in (SignInSession, User, ProviderIdentity)
            )
            return tuple(db.session.scalars(each).one() for each in counts)

    before = numbers()
    idp.lies = {"sub": "new", "email": "new@customer.example", "email_verified": False}
    provided.sign_in()
    idp.lies = {"sub": "new", "email": "new@customer.example"}
    assert provided.sign_in().status == 403  # nobody said that accounts are made

    assert numbers() == before
