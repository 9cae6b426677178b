"""F07: what a sign-in provider says lets somebody in only where all of it fits, once, and the browser that asked."""

from collections.abc import Callable
from typing import Any

import pytest

from helpdesk.identity import oidc
from tests.support.browser import Browser
from tests.support.oidc_provider import OidcProvider
from tests.support.provided import Provided, provider_of
from tests.support.tally import tally

DAY = 86_400


def test_who_is_connected_is_let_in_where_they_wanted_to_go(provided: Provided) -> None:
    seen = provided.sign_in(next="/portal/tickets/new")

    assert (seen.status, seen.location) == (303, "/portal/tickets/new")
    assert provided.is_in


def test_what_the_token_leaves_out_is_asked_for(provided: Provided, idp: OidcProvider) -> None:
    idp.in_userinfo = True

    assert provided.sign_in().status == 303
    assert provided.is_in


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": ["another client"]},
        {"aud": ["desk", "another client"]},
        {"aud": ["desk", "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"aud": None},
        {"nonce": "of somebody else"},
        {"nonce": None},
        {"nonce": ["x"]},
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"iat": 1},
        {"iat": None},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "carl\u0000"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "false"},
        {"email_verified": 1.5},
        {"email": None, "email_verified": False},
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_lets_nobody_in(
    provided: Provided, idp: OidcProvider, lie: dict[str, Any]
) -> None:
    idp.lies = lie
    if "email" in lie:
        idp.userinfo_lies = {"email_verified": False}

    assert provided.sign_in().status == 403
    assert not provided.is_in
    tally("answers of providers refused (F07)")


@pytest.mark.parametrize(
    "way",
    [
        "with_foreign_key",
        "with_public_key_as_secret",
        "with_client_secret",
        "unsigned",
        "of_another_type",
        "tampered",
    ],
)
def test_a_signature_that_is_not_right_lets_nobody_in(
    provided: Provided, idp: OidcProvider, way: str
) -> None:
    idp.sign = getattr(idp, way)

    assert provided.sign_in().status == 403
    assert not provided.is_in
    tally("answers of providers refused (F07)")


@pytest.mark.parametrize("token", ["", "a.b.c", "....", "x" * 9_000, "eyJhbGciOiJub25lIn0..", "a.b.c.d.e"])
def test_what_is_no_token_lets_nobody_in(provided: Provided, idp: OidcProvider, token: str) -> None:
    idp.sign = lambda _claims: token

    assert provided.sign_in().status == 403
    tally("answers of providers refused (F07)")


@pytest.mark.parametrize(
    "change",
    [
        {"state": "another"},
        {"state": ""},
        {"code": ""},
        {"code": "of another"},
        {"iss": "https://evil.example"},
        {"error": "access_denied"},
    ],
    ids=str,
)
def test_an_answer_to_another_question_lets_nobody_in(
    provided: Provided, idp: OidcProvider, change: dict[str, str]
) -> None:
    answer = {**idp.answer_to(provided.off()), **change}

    assert provided.back(answer).status == 403
    assert not provided.is_in
    tally("answers of providers refused (F07)")


@pytest.mark.parametrize("missing", ["state", "code", "iss"])
def test_half_an_answer_lets_nobody_in(provided: Provided, idp: OidcProvider, missing: str) -> None:
    answer = idp.answer_to(provided.off())
    del answer[missing]

    assert provided.back(answer).status == 403
    tally("answers of providers refused (F07)")


def test_state_twice_is_none(provided: Provided, idp: OidcProvider) -> None:
    answer = idp.answer_to(provided.off())
    place = f"/login/providers/{provided.provider_id}/answer"

    seen = provided.browser.get(
        f"{place}?code={answer['code']}&state=x&state={answer['state']}&iss={answer['iss']}"
    )

    assert seen.status == 403


def test_an_answer_is_good_once_even_for_a_cookie_that_was_kept(
    provided: Provided, idp: OidcProvider
) -> None:
    answer = idp.answer_to(provided.off())
    with provided.browser.client.session_transaction() as session:
        kept = dict(session)
    assert provided.back(answer).status == 303
    provided.browser.post("/logout")
    with provided.browser.client.session_transaction() as session:
        session.clear()
        session.update(kept)
    again = {**idp.answer_to(f"{idp.issuer}/authorize?{_as_asked(kept)}"), "state": answer["state"]}

    assert provided.back(again).status == 403
    assert not provided.is_in


def _as_asked(kept: dict[str, Any]) -> str:
    _id, state, nonce, _verifier, _at, _next = kept["provider"]
    return f"state={state}&nonce={nonce}&code_challenge=x&redirect_uri=x"


def test_an_answer_of_somebody_elses_browser_signs_nobody_in(
    provided: Provided, idp: OidcProvider, browser: Callable[[], Browser]
) -> None:
    """Sign-in forced on a victim: the answer to the attacker's question."""
    answer = idp.answer_to(provided.off())
    victim = Provided(browser(), idp, provided.provider_id)

    assert victim.back(answer).status == 403
    assert not victim.is_in


def test_the_code_of_another_question_fails_for_its_verifier(
    provided: Provided, idp: OidcProvider, browser: Callable[[], Browser]
) -> None:
    """A code that was stolen from somebody's answer, slipped into one's own (PKCE)."""
    stolen = idp.answer_to(provided.off())["code"]
    thief = Provided(browser(), idp, provided.provider_id)
    own = idp.answer_to(thief.off())

    assert thief.back({**own, "code": stolen}).status == 403


def test_an_answer_of_another_provider_is_none(
    provided: Provided, idp: OidcProvider, acting: Callable[..., Any]
) -> None:
    with acting("ada"):
        other = provider_of(idp, name="Other")
    answer = idp.answer_to(provided.off())
    provided.provider_id = other

    assert provided.back(answer).status == 403


def test_userinfo_about_somebody_else_is_not_believed(provided: Provided, idp: OidcProvider) -> None:
    idp.in_userinfo, idp.userinfo_lies = True, {"sub": "somebody else"}

    assert provided.sign_in().status == 403


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://10.0.0.1/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "http://user:secret@127.0.0.1/"},
        {"token_endpoint": None},
    ],
    ids=str,
)
def test_a_description_that_does_not_fit_is_not_followed(
    provided: Provided, idp: OidcProvider, document: dict[str, Any]
) -> None:
    idp.document = document
    oidc._described.clear()

    seen = provided.browser.post(f"/login/providers/{provided.provider_id}")

    assert seen.status == 502
    assert "Refresh" not in seen.headers
    assert set(idp.asked) <= {"/.well-known/openid-configuration"}
    tally("answers of providers refused (F07)")
