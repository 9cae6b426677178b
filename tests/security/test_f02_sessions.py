"""F02: a session begins anew at sign-in, and ends with what it rested on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Role
from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.permissions import AGENT
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession, TokenPurpose
from tests.conftest import person_named
from tests.security.strangers import token_for
from tests.support.cast import PASSWORD

CARL = {"email": "carl@customer.example", "password": PASSWORD}


def cookie_of(browser):
    with browser.client.session_transaction() as session:
        return dict(session)


def test_F02_signing_in_starts_a_new_session(as_nobody):
    with as_nobody.client.session_transaction() as session:
        session["planted"] = "by the attacker"
        session["sid"] = "planted"
    as_nobody.post("/login", CARL)
    first = cookie_of(as_nobody)
    as_nobody.post("/login", CARL)
    second = cookie_of(as_nobody)

    assert set(first) - {"_permanent"} == {"sid"}
    assert len({"planted", first["sid"], second["sid"]}) == 3


def test_F02_signing_in_again_ends_the_session_before(as_nobody, browser):
    as_nobody.post("/login", CARL)
    before = cookie_of(as_nobody)["sid"]
    as_nobody.post("/login", CARL)
    thief = browser()
    with thief.client.session_transaction() as session:
        session["sid"] = before

    assert thief.get("/portal/tickets").status == 303


def test_F02_a_new_password_ends_every_session(as_carl, as_nobody, acting):
    with acting("carl") as carl:
        token = token_for(carl, TokenPurpose.RESET_PASSWORD)
    as_nobody.post(f"/reset/{token}", {"password": "a long enough sentence"})

    assert as_carl.get("/portal/tickets").status == 303
    assert as_nobody.get("/portal/tickets").status == 200


def test_F02_deactivating_ends_every_session_and_link(as_ben, as_nobody, acting):
    with acting("ada") as ada:
        token = token_for(person_named("ben"), TokenPurpose.RESET_PASSWORD)
        deactivate(person_named("ben"), by=ada)

    assert as_ben.get("/agent/queues/unassigned").location.startswith("/login")
    assert as_nobody.get(f"/reset/{token}").status == 410
    assert as_nobody.post("/login", {"email": "ben@desk.example", "password": PASSWORD}).status == 422


@pytest.mark.parametrize("role", [AGENT, None])
def test_F02_another_role_ends_every_session(browser, as_ada, acting, role):
    with acting("ada") as ada:
        administrator = db.session.scalars(select(Role).where(Role.id == ada.role_id)).one()
        change_role(person_named("ben"), to=administrator, by=ada)
    ben = browser("ben")
    assert ben.get("/agent/queues/unassigned").status == 200

    with acting("ada") as ada:
        lesser = db.session.scalars(select(Role).where(Role.name == role)).one() if role else None
        change_role(person_named("ben"), to=lesser, by=ada)

    assert ben.get("/agent/queues/unassigned").location.startswith("/login")


def test_F02_polling_keeps_nobody_signed_in(as_carl, acting):
    with acting("ada"):
        begun = db.session.scalars(select(SignInSession.last_seen_at)).one()
    with clock.freeze(begun + timedelta(hours=6)):
        as_carl.get("/portal/tickets", headers={"X-Polling": "true"})
        with acting("ada"):
            seen = db.session.scalars(select(SignInSession.last_seen_at)).one()

    assert seen == begun


def test_F02_cookies_are_for_the_server_alone(as_nobody):
    cookie = as_nobody.post("/login", CARL).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
