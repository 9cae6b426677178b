"""A browser that signs in by a provider: off to it, and back with its answer."""

import html
from typing import Any
from urllib.parse import urlencode

from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.identity.providers import Audience, IdentityProvider
from tests.support.browser import Browser, Seen
from tests.support.oidc_provider import OidcProvider


def provider_of(idp: OidcProvider, **more: Any) -> int:
    """A row for it, in the transaction at hand."""
    columns = {
        "name": "Acme",
        "issuer": idp.issuer,
        "client_id": idp.client_id,
        "client_secret": seal(idp.client_secret),
        "audience": Audience.CUSTOMERS,
        **more,
    }
    provider = IdentityProvider(**columns)
    db.session.add(provider)
    db.session.flush()
    return provider.id


class Provided:
    """Somebody at a browser, whom a provider knows."""

    def __init__(self, browser: Browser, idp: OidcProvider, provider_id: int) -> None:
        self.browser, self.idp, self.provider_id = browser, idp, provider_id

    def off(self, **fields: str) -> str:
        """Press the button. Returns the address at the provider."""
        seen = self.browser.post(f"/login/providers/{self.provider_id}", fields)
        assert seen.status == 200, seen.text
        url = seen.headers["Refresh"].removeprefix("0; url=")
        assert url in html.unescape(seen.html)
        return str(url)

    def back(self, answer: dict[str, str]) -> Seen:
        return self.browser.get(f"/login/providers/{self.provider_id}/answer?{urlencode(answer)}")

    def sign_in(self, **fields: str) -> Seen:
        """All of it."""
        return self.back(self.idp.answer_to(self.off(**fields)))

    @property
    def is_in(self) -> bool:
        """Whether the browser is signed in now."""
        return self.browser.get("/login").status == 303
