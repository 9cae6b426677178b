"""Signing in by a certified provider: npm's oidc-provider, all of the code flow with PKCE, its own keys and claims."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.identity.providers import Audience, IdentityProvider
from helpdesk.mail.links import base_url
from helpdesk.settings.catalogue import load_desk
from tests.support.browser import Browser, Seen
from tests.support.debians_mail import free_port

pytestmark = pytest.mark.server

HERE = Path(__file__).parent / "oidc"
SECRET = "a secret of forty characters or some more"
EMAIL = "petra@customer.example"


@contextmanager
def running(redirect_uri: str, port: int, *, verified: bool = True) -> Iterator[str]:
    words = ["node", str(HERE / "provider.js"), str(port), redirect_uri, EMAIL, str(verified).lower()]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        try:
            assert any("ready" in line for line in server.stdout), "install it: make server-test"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture
def signed_in(as_nobody: Browser, acting: Callable[..., Any]) -> Callable[..., Seen]:
    """`signed_in(verified=True)` goes the whole way, as a browser would, and returns the desk's last answer."""

    def go(*, verified: bool, secret: str = SECRET) -> Seen:
        port = free_port()
        with acting("ada"):
            provider = IdentityProvider(
                name="Certified",
                issuer=f"http://127.0.0.1:{port}",
                client_id="desk",
                client_secret=seal(secret),
                audience=Audience.CUSTOMERS,
                creates_accounts=True,
            )
            db.session.add(provider)
            db.session.flush()
            provider_id = provider.id
            way_back = f"{base_url(load_desk())}/login/providers/{provider_id}/answer"
        with running(way_back, port, verified=verified):
            seen = as_nobody.post(f"/login/providers/{provider_id}")
            url = seen.headers["Refresh"].removeprefix("0; url=")
            with httpx2.Client(trust_env=False) as browser:
                while not url.startswith(way_back):
                    answer = browser.get(url)
                    assert answer.is_redirect, answer.text
                    url = str(answer.url.join(answer.headers["Location"]))
            return as_nobody.get(f"{urlsplit(url).path}?{urlsplit(url).query}")

    return go


def test_a_certified_provider_signs_somebody_in(
    signed_in: Callable[..., Seen], as_nobody: Browser, acting: Callable[..., Any]
) -> None:
    assert signed_in(verified=True).status == 303
    assert as_nobody.get("/portal/tickets").status == 200
    with acting("ada"):
        address = db.session.scalars(select(EmailAddress).where(EmailAddress.email == EMAIL)).one()
        assert address.verified_at is not None


def test_an_address_it_has_not_verified_does_not(signed_in: Callable[..., Seen], as_nobody: Browser) -> None:
    assert signed_in(verified=False).status == 403
    assert as_nobody.get("/portal/tickets").status == 303


def test_nor_does_a_client_with_another_secret(signed_in: Callable[..., Seen], as_nobody: Browser) -> None:
    assert signed_in(verified=True, secret="another one").status == 403
    assert as_nobody.get("/portal/tickets").status == 303
