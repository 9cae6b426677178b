"""Dangerous acts ask for a fresh proof: every route marked so in tests/security/routes.py, and no other."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, update

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from tests.security.matrix import Asking, Case, Outcome, cases, expected, undone
from tests.security.routes import ROUTES, Door
from tests.security.things import world
from tests.support.browser import Browser
from tests.support.cast import PASSWORD
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    return world(desk)


@pytest.fixture
def grown_old(acting: Callable[..., Any]) -> Callable[[timedelta], None]:
    """`grown_old(span)`: everybody's proof was given so long ago."""

    def grow(span: timedelta) -> None:
        with acting("ada"):
            db.session.execute(
                update(SignInSession).values(proven_at=clock.now() - span),
                execution_options={"synchronize_session": False},
            )

    return grow


def asks_for_proof(location: str | None) -> bool:
    return (location or "").startswith("/confirm?")


@pytest.mark.parametrize("actor", ["own customer", "admin"])
def test_what_is_dangerous_is_led_to_the_proof_and_nothing_else_is(
    app: Flask,
    desk: RealDesk,
    places: Mapping[str, Any],
    transaction: Connection,
    grown_old: Callable[[timedelta], None],
    actor: str,
) -> None:
    ask = Asking(desk, places, actor)
    grown_old(HOUR)
    open_to_them = [case for case in cases(app, ROUTES, places) if is_open(case, actor)]
    wrong = []
    for case in open_to_them:
        with undone(transaction):
            if asks_for_proof(ask(case).location) != case.route.fresh:
                wrong.append(str(case))
    tally("routes × methods asked without a fresh proof", len(open_to_them))

    assert wrong == []


def is_open(case: Case, actor: str) -> bool:
    return case.route.door is not Door.ANYBODY and expected(case, actor) is Outcome.OPEN


def secret_of(browser: Browser) -> str:
    with browser.client.session_transaction() as session:
        return str(session["sid"])


def test_the_password_is_a_proof_and_leads_back(
    as_carl: Browser, grown_old: Callable[[timedelta], None]
) -> None:
    grown_old(HOUR)
    before = secret_of(as_carl)
    led = as_carl.post("/confirm", {"password": PASSWORD, "next": "/portal/profile"})

    assert (led.status, led.location) == (303, "/portal/profile")
    assert secret_of(as_carl) != before


def test_the_secret_before_the_proof_opens_nothing(
    as_carl: Browser, browser: Callable[..., Browser], grown_old: Callable[[timedelta], None]
) -> None:
    grown_old(HOUR)
    thief = browser()
    with thief.client.session_transaction() as session:
        session["sid"] = secret_of(as_carl)
    as_carl.post("/confirm", {"password": PASSWORD})

    assert as_carl.get("/portal/profile").status == 200
    assert thief.get("/portal/profile").status == 303


@pytest.mark.parametrize("password", ["another sentence altogether", "x" * 257, " "])
def test_another_password_is_no_proof(
    as_carl: Browser, grown_old: Callable[[timedelta], None], password: str
) -> None:
    grown_old(HOUR)
    before = secret_of(as_carl)

    assert as_carl.post("/confirm", {"password": password}).status == 422
    assert secret_of(as_carl) == before


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_way_back_stays_on_the_desk(as_carl: Browser, onward: str) -> None:
    assert as_carl.post("/confirm", {"password": PASSWORD, "next": onward}).location == "/portal/tickets"


def test_who_has_no_password_signs_in_again(as_carl: Browser, acting: Callable[..., Any]) -> None:
    with acting("carl") as carl:
        carl.password_hash = None

    assert "Sign out, to sign in again" in as_carl.get("/confirm").text
