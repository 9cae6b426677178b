"""F08: whoever gave the first proof alone reaches the second one, the way out, and nothing else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from helpdesk.accounts.models import EmailAddress, Role
from helpdesk.core.db import db
from helpdesk.identity.models import SessionStage, SignInSession, TokenPurpose
from helpdesk.identity.operations.recovery_codes import renew_recovery_codes
from helpdesk.identity.operations.tokens import mint
from tests.security.matrix import cases
from tests.security.routes import ROUTES, Door
from tests.security.things import world
from tests.support.browser import Browser
from tests.support.cast import PASSWORD, PEOPLE
from tests.support.factors import OTHER_SECRET, code_now, give_app, wrong_code
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

SECOND, ENROLMENT = "/login/second-factor", "/login/enrolment"


@pytest.fixture
def half_way(browser: Callable[..., Browser], acting: Callable[..., Any]) -> Callable[[str], Browser]:
    """`half_way("carl")`: their browser, with the right password and the second proof still to come."""

    def come(name: str) -> Browser:
        with acting(name) as person:
            give_app(person)
        page = (them := browser()).post("/login", {"email": PEOPLE[name], "password": PASSWORD})
        assert (page.status, page.location) == (303, SECOND)
        return them

    return come


def sid(them: Browser) -> str:
    with them.client.session_transaction() as session:
        return str(session["sid"])


@pytest.mark.parametrize("name", ["carl", "ada"])
def test_F08_a_half_session_opens_no_page_and_does_nothing(
    app: Flask, transaction: Connection, half_way: Callable[[str], Browser], name: str
) -> None:
    places = world(RealDesk(app))
    them = half_way(name)
    secret, tried, wrong = sid(them), 0, []

    for case in cases(app, ROUTES, places):
        if case.route.door is Door.ANYBODY:
            continue
        with them.client.session_transaction() as session:
            session["sid"] = secret
        seen = (
            them.get(case.path)
            if case.method == "GET"
            else them.post(case.path, dict(case.fields), method=case.method)
        )
        tried += 1
        if seen.status != 303 or not (seen.location or "").startswith(SECOND):
            wrong.append(f"{case}: {seen.status} {seen.location}")
    tally("F08 routes × things asked for half-way", tried)

    assert wrong == []


def test_F08_what_anybody_may_open_shows_nothing_of_them(half_way: Callable[[str], Browser]) -> None:
    carl = half_way("carl")

    assert carl.get("/").location == "/login"
    assert "Carl Customer" not in carl.get("/login").text
    assert "Carl Customer" not in carl.get(SECOND).text
    assert carl.get("/logout").location == "/login"


def test_F08_the_code_lets_in_with_another_session(half_way: Callable[[str], Browser]) -> None:
    carl = half_way("carl")
    before = sid(carl)
    page = carl.post(SECOND, {"code": code_now(), "next": "/portal/profile"})

    assert (page.status, page.location) == (303, "/portal/profile")
    assert carl.get("/portal/profile").status == 200
    with carl.client.session_transaction() as session:
        after, session["sid"] = session["sid"], before
    assert after != before
    assert carl.get("/portal/profile").status == 303  # the secret of the half session is worth nothing


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"code": ""},
        {"code": "   "},
        {"code": "\u200b"},
        {"code[]": "x"},
        {"code": "null"},
        {"code": "000000000000"},
        {"code": "0" * 5000},
        {"code": "' or 1=1 --"},
        {"code": "%"},
    ],
    ids=str,
)
def test_F08_what_is_no_code_is_refused(half_way: Callable[[str], Browser], sent: dict[str, str]) -> None:
    carl = half_way("carl")

    assert carl.post(SECOND, sent).status == 422
    assert carl.get("/portal/tickets").location == f"{SECOND}?next=/portal/tickets"


def test_F08_an_array_of_codes_is_one_try(half_way: Callable[[str], Browser]) -> None:
    carl = half_way("carl")
    many = {"code": [wrong_code(), code_now()]}

    assert carl.post(SECOND, many).status == 422


def test_F08_a_code_lets_in_once_in_every_spelling(
    half_way: Callable[[str], Browser], browser: Callable[..., Browser]
) -> None:
    carl, code = half_way("carl"), code_now()
    assert carl.post(SECOND, {"code": code}).status == 303

    spellings = (
        code,
        f" {code}",
        f"{code[:3]} {code[3:]}",
        "".join(chr(ord(each) + 0xFEE0) for each in code),
        code_now(steps=-1),
    )
    thief = browser()
    assert thief.post("/login", {"email": PEOPLE["carl"], "password": PASSWORD}).location == SECOND
    assert [thief.post(SECOND, {"code": each}).status for each in spellings] == [422] * 5


def test_F08_codes_of_another_account_are_wrong(
    half_way: Callable[[str], Browser], acting: Callable[..., Any]
) -> None:
    carl = half_way("carl")
    with acting("cora") as cora:
        give_app(cora, secret=OTHER_SECRET)
        recovery = renew_recovery_codes(cora)

    assert carl.post(SECOND, {"code": code_now(OTHER_SECRET)}).status == 422
    assert carl.post(SECOND, {"code": recovery[0]}).status == 422


def test_F08_five_tries_and_the_right_code_is_refused_too(half_way: Callable[[str], Browser]) -> None:
    carl = half_way("carl")

    assert [carl.post(SECOND, {"code": wrong_code()}).status for _ in range(5)] == [422] * 5
    late = carl.post(SECOND, {"code": code_now()})
    assert late.status == 429
    assert "Try again in 15 minutes." in late.text


def test_F08_a_new_half_session_brings_no_new_tries(half_way: Callable[[str], Browser]) -> None:
    carl = half_way("carl")
    for _ in range(5):
        carl.post(SECOND, {"code": wrong_code()})
    carl.post("/logout")

    assert carl.post("/login", {"email": PEOPLE["carl"], "password": PASSWORD}).location == SECOND
    assert carl.post(SECOND, {"code": code_now()}).status == 429


def test_F08_a_recovery_code_lets_in_once(
    half_way: Callable[[str], Browser], acting: Callable[..., Any]
) -> None:
    carl = half_way("carl")
    with acting("carl") as person:
        codes = renew_recovery_codes(person)

    assert carl.post(SECOND, {"code": codes[0]}).status == 303
    carl.post("/logout")
    carl.post("/login", {"email": PEOPLE["carl"], "password": PASSWORD})
    assert carl.post(SECOND, {"code": codes[0]}).status == 422
    assert carl.post(SECOND, {"code": codes[1]}).status == 303


@pytest.mark.parametrize(
    "purpose, path, sent",
    [
        (TokenPurpose.MAGIC_LINK, "/login/link/{}", {}),
        (TokenPurpose.RESET_PASSWORD, "/reset/{}", {"password": "another sentence of mine"}),
    ],
)
def test_F08_neither_link_nor_reset_skips_the_second_factor(
    as_nobody: Browser,
    acting: Callable[..., Any],
    purpose: TokenPurpose,
    path: str,
    sent: dict[str, str],
) -> None:
    with acting("carl") as carl:
        give_app(carl)
        theirs = select(EmailAddress).where(EmailAddress.user_id == carl.id)
        token = mint(purpose, person=carl, address=db.session.scalars(theirs).one())

    assert as_nobody.post(path.format(token), sent).location == SECOND
    assert as_nobody.get("/portal/tickets").location == f"{SECOND}?next=/portal/tickets"
    assert as_nobody.post(SECOND, {"code": code_now()}).location == "/portal/tickets"


def test_F08_staying_signed_in_remembers_no_proof(
    browser: Callable[..., Browser], acting: Callable[..., Any]
) -> None:
    with acting("carl") as person:
        give_app(person)
    carl = browser()
    sent = {"email": PEOPLE["carl"], "password": PASSWORD, "stays": "y"}
    assert carl.post("/login", sent).location == SECOND
    assert carl.post(SECOND, {"code": code_now()}).status == 303
    carl.post("/logout")

    assert carl.post("/login", sent).location == SECOND


def test_F08_changing_the_password_of_a_full_session_keeps_it_full_and_others_are_out(
    half_way: Callable[[str], Browser], browser: Callable[..., Browser], acting: Callable[..., Any]
) -> None:
    carl, other = half_way("carl"), browser()
    other.post("/login", {"email": PEOPLE["carl"], "password": PASSWORD})
    carl.post(SECOND, {"code": code_now()})
    new = "another sentence of mine"
    carl.post("/portal/profile/password", {"present_password": PASSWORD, "new_password": new})

    assert carl.get("/portal/tickets").status == 200
    assert other.post(SECOND, {"code": code_now(steps=1)}).location == "/login"  # its half session is over
    assert other.post("/login", {"email": PEOPLE["carl"], "password": new}).location == SECOND


def test_F08_a_demanded_factor_is_set_up_before_anything_else(
    browser: Callable[..., Browser], acting: Callable[..., Any]
) -> None:
    with acting("ada") as ada:
        db.session.get_one(Role, ada.role_id).needs_second_factor = True
    them = browser()
    assert them.post("/login", {"email": PEOPLE["ada"], "password": PASSWORD}).location == ENROLMENT
    assert them.get("/admin/people").location == f"{ENROLMENT}?next=/admin/people"
    assert them.get(SECOND).location == ENROLMENT

    page = them.get(f"{ENROLMENT}?next=/admin/people")
    offer = re.search(r'name="offer"[^>]*value="([^"]+)"', page.html)[1]  # type: ignore[index]  # it is there
    secret = re.search(r'data-copies="([A-Z2-7]{32})"', page.html)[1]  # type: ignore[index]
    refused = them.post(ENROLMENT, {"offer": offer, "code": wrong_code(secret), "next": "/admin/people"})
    assert refused.status == 422
    assert secret in refused.html

    done = them.post(ENROLMENT, {"offer": offer, "code": code_now(secret), "next": "/admin/people"})
    assert done.status == 200
    assert len(re.findall(r"<code[^>]*>[0-9a-z-]{14}</code>", done.html)) == 10
    assert them.get("/admin/people").status == 200


def test_F08_enrolment_is_no_way_around_a_factor_that_is_there(
    half_way: Callable[[str], Browser], acting: Callable[..., Any]
) -> None:
    carl = half_way("carl")

    assert carl.get(ENROLMENT).location == SECOND
    assert carl.post(ENROLMENT, {"offer": "x", "code": "123456"}).location == SECOND
    assert carl.post(f"{ENROLMENT}/passkey", {"answer": "{}", "name": "x"}).location == SECOND
    with acting("carl"):
        stages = set(db.session.scalars(select(SignInSession.stage)))
    assert stages == {SessionStage.SECOND_FACTOR}
