"""F06: nobody is signed in, or anybody else, for what a header says."""

import pytest

from tests.support.browser import Browser
from tests.support.tally import tally

NAMES = (
    *(
        "Remote-User",
        "X-Remote-User",
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "X-Forwarded-Preferred-Username",
    ),
    *("X-Auth-Request-User", "X-Auth-Request-Email", "X-Authenticated-User", "X-User", "X-User-Email"),
    *(
        "X-WEBAUTH-USER",
        "X-SSO-User",
        "X-Auth-User",
        "X-Email",
        "X-Client-Cert",
        "X-SSL-Client-S-DN",
        "SSL-Client-Cert",
    ),
    *(
        "Authorization",
        "Proxy-Authorization",
        "Cf-Access-Authenticated-User-Email",
        "X-Goog-Authenticated-User-Email",
    ),
    *(
        "X-MS-Client-Principal-Name",
        "Tailscale-User-Login",
        "X-Authentik-Username",
        "Remote-Email",
        "X-Impersonate-User",
    ),
)
WHO = ("ada@desk.example", "1", "admin", "Basic YWRhQGRlc2suZXhhbXBsZTp4", "Bearer 1", "/CN=ada@desk.example")
PAGES = ("/agent/queues/open", "/admin/people", "/portal/tickets")


@pytest.mark.parametrize("name", NAMES)
def test_no_header_signs_anybody_in(as_nobody: Browser, name: str) -> None:
    for value in WHO:
        for page in PAGES:
            seen = as_nobody.get(page, headers={name: value})
            assert seen.status == 303
            assert (seen.location or "").startswith("/login")
        tally("trusted headers that nobody trusts (F06)", len(PAGES))


def test_nor_does_a_variable_of_the_server(as_nobody: Browser) -> None:
    for page in PAGES:
        seen = as_nobody.get(
            page, environ_overrides={"REMOTE_USER": "ada@desk.example", "AUTH_TYPE": "Basic"}
        )
        assert (seen.location or "").startswith("/login")


def test_no_header_makes_somebody_of_a_customer(as_carl: Browser) -> None:
    seen = as_carl.get(
        "/admin/people", headers={name: "ada@desk.example" for name in NAMES if name != "Authorization"}
    )

    assert seen.status in (303, 404)
    assert "ada@desk.example" not in seen.html
