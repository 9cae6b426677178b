"""F10: after signing in one goes to a path of this desk, whatever `next` says."""

import pytest

from tests.support.cast import PASSWORD
from tests.support.tally import tally

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https://evil.example",
    "http:///evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\r//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "javascript:alert(1)",
    "data:text/html,evil",
    "evil.example",
    "user@evil.example",
    "./evil",
    "／／evil.example",
    "⁄/evil.example",
    "",
]
HERE = ["/portal/tickets/new", "/portal/tickets?show=solved", "/%2f%2fevil.example", "/portal/@evil.example"]
CARL = {"email": "carl@customer.example", "password": PASSWORD}


@pytest.mark.parametrize("target", ELSEWHERE, ids=repr)
def test_F10_nobody_is_led_away(as_nobody, target):
    tally("F10 targets refused")

    assert as_nobody.post("/login", CARL | {"next": target}).location == "/portal/tickets"
    signed_in = as_nobody.get("/login", query_string={"next": target})
    assert (signed_in.status, signed_in.location) == (
        (400, None) if "\0" in target else (303, "/portal/tickets")
    )


@pytest.mark.parametrize("target", HERE)
def test_F10_one_goes_on_to_where_one_wanted(as_nobody, target):
    assert as_nobody.post("/login", CARL | {"next": target}).location == target


@pytest.mark.parametrize("target", ELSEWHERE, ids=repr)
def test_F10_the_form_does_not_carry_it_on(as_nobody, target):
    form = as_nobody.get("/login", query_string={"next": target})

    assert "evil" not in form.html
    assert as_nobody.post("/logout", {"next": target}).location == "/login"
