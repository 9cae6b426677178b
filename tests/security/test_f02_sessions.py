"""F02: a session begins anew at sign-in, and ends with what it rested on."""

import re
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
from helpdesk.settings.catalogue import change_settings
from tests.conftest import person_named
from tests.security.strangers import token_for
from tests.support.cast import PASSWORD

LIMITS = [
    ("idle_hours", 1, timedelta(hours=1)),
    ("customer_stay_days", 5, timedelta(days=5)),
    ("session_days", 2, timedelta(days=2)),
]
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


def test_F02_another_password_of_staff_ends_every_other_session(as_ana, browser):
    other, before = browser("ana"), cookie_of(as_ana)["sid"]
    saved = as_ana.post(
        "/agent/preferences",
        {
            "full_name": "Ana Agent",
            "theme": "system",
            "density": "comfortable",
            "thread_order": "oldest_first",
            "after_send": "stay",
            "present_password": PASSWORD,
            "new_password": "a much better one",
        },
    )

    assert saved.status == 303, saved.text
    assert other.get("/agent").location == "/login?next=/agent"
    assert cookie_of(as_ana)["sid"] != before
    assert as_ana.get("/agent/queues/unassigned").status == 200


@pytest.mark.parametrize("setting, value, span", LIMITS)
def test_F02_limits_are_the_desks(as_nobody, acting, setting, value, span):
    """Signed in before, somebody is out one minute later than the desk allows, and in one minute before."""
    with acting("ada"):
        change_settings(**{setting: value}, **({} if setting == "idle_hours" else {"idle_hours": 72}))
    as_nobody.post("/login", {**CARL, "stays": "y" if setting.endswith("stay_days") else ""})
    begun = clock.now()
    with clock.freeze(begun + span - timedelta(minutes=1)):
        before = as_nobody.get("/portal/tickets", headers={"X-Polling": "true"}).status
    with clock.freeze(begun + span + timedelta(minutes=1)):
        after = as_nobody.get("/portal/tickets").status

    assert (before, after) == (200, 303)


def test_F02_there_are_no_tokens_of_other_kinds(app):
    """What would have to end with a session, and does not exist: keys for programs and feeds."""
    rules = [rule.rule for rule in app.url_map.iter_rules()]

    assert [rule for rule in rules if re.search(r"/(api|feeds?|rss|ical|graphql)(/|$)", rule)] == []


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
