"""F01: links that work once, for one purpose and person, and no text that looks like one."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from helpdesk.core import clock
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.tokens import LIFETIMES
from tests.security.strangers import token_for, unlike
from tests.support.tally import tally

FORMS = {
    "/confirm/": (TokenPurpose.CONFIRM_EMAIL, {"full_name": "Mallory", "password": "a long enough sentence"}),
    "/invitation/": (TokenPurpose.INVITATION, {"full_name": "Mallory", "password": "a long enough sentence"}),
    "/reset/": (TokenPurpose.RESET_PASSWORD, {"password": "a long enough sentence"}),
    "/login/link/": (TokenPurpose.MAGIC_LINK, {}),
    "/setup/": (
        TokenPurpose.SET_UP,
        {
            "full_name": "Mallory",
            "email": "mallory@evil.example",
            "password": "a long enough sentence",
            "desk_name": "Evil",
            "base_url": "http://evil.example",
            "time_zone": "UTC",
        },
    ),
}
TEXTS = [
    " ", "null", "None", "undefined", "%", "*", "_", "[]", "0", "1", "-1", "' or 1=1 --", "a" * 43,
    "x" * 10_000, "\u2028", "%00", "true", "../login",
]  # fmt: skip


def refusals(browser, path, form, token):
    """What looking and sending answer, without the reference."""
    address = path + quote(token, safe="")
    return [unlike(browser.get(address)), unlike(browser.post(address, form))]


@pytest.fixture
def plain(as_nobody):
    """How a link that was never given out is refused, by path."""
    return {path: refusals(as_nobody, path, form, "x" * 43) for path, (_, form) in FORMS.items()}


@pytest.mark.parametrize("path", FORMS)
def test_F01_no_other_text_is_a_token(as_nobody, plain, path):
    _, form = FORMS[path]
    answers = {text: refusals(as_nobody, path, form, text) for text in TEXTS if "/" not in text}
    tally("F01 texts refused", len(answers))

    assert plain[path][0][0] == 410
    assert {text: answer for text, answer in answers.items() if answer != plain[path]} == {}
    assert as_nobody.get(path).status == 404


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("purpose", [each for each in TokenPurpose if each is not TokenPurpose.SET_UP])
def test_F01_a_token_opens_its_own_page_only(as_nobody, plain, acting, path, purpose):
    own, form = FORMS[path]
    with acting("carl") as carl:
        token = token_for(carl, purpose)

    if own is purpose:
        assert as_nobody.get(path + token).status == 200
        assert as_nobody.post(path + token, form).status == 303
    assert refusals(as_nobody, path, form, token) == plain[path]


@pytest.mark.parametrize("path", [path for path in FORMS if path != "/setup/"])
def test_F01_expired_and_revoked_are_refused_alike(as_nobody, plain, acting, path):
    purpose, form = FORMS[path]
    with acting("carl") as carl:
        late, other, reset = (
            token_for(carl, purpose), token_for(carl, purpose), token_for(carl, TokenPurpose.RESET_PASSWORD)
        )  # fmt: skip

    with clock.freeze(clock.now() + LIFETIMES[purpose] + timedelta(seconds=1)):
        assert refusals(as_nobody, path, form, late) == plain[path]
    as_nobody.post(f"/reset/{reset}", {"password": "a long enough sentence"})
    with_session_gone(as_nobody)
    assert refusals(as_nobody, path, form, other) == plain[path]


def with_session_gone(browser):
    with browser.client.session_transaction() as session:
        session.clear()


@pytest.mark.parametrize("path", [path for path in FORMS if path != "/setup/"])
def test_F01_looking_uses_nothing_up(as_nobody, acting, path):
    purpose, form = FORMS[path]
    with acting("carl") as carl:
        token = token_for(carl, purpose)

    assert [as_nobody.get(path + token).status for _ in range(3)] == [200] * 3
    assert as_nobody.client.head(path + token).status_code == 200
    assert as_nobody.post(path + token, form).status == 303


def test_F01_pages_behind_links_tell_their_address_to_nobody(as_nobody, acting):
    with acting("carl") as carl:
        token = token_for(carl, TokenPurpose.RESET_PASSWORD)
    page = as_nobody.get(f"/reset/{token}")

    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert re.findall(r'(?:href|src|action)="(?:https?:)?//[^"]*"', page.html) == []
