"""Signing in with a password."""

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.settings.catalogue import LONGEST_SESSION, change_settings
from tests.support.cast import PASSWORD
from tests.support.statements import counted_statements

CARL = {"email": "carl@customer.example", "password": PASSWORD}


def test_a_customer_starts_at_their_requests(as_nobody):
    page = as_nobody.post("/login", CARL)

    assert (page.status, page.location) == (303, "/portal/tickets")


def test_staff_start_at_the_queue(as_nobody):
    page = as_nobody.post("/login", {"email": "ana@desk.example", "password": PASSWORD})

    assert (page.status, page.location) == (303, "/agent/queues/unassigned")


def test_the_address_may_be_typed_in_any_case(as_nobody):
    assert as_nobody.post("/login", CARL | {"email": " Carl@Customer.EXAMPLE "}).status == 303


def test_who_is_signed_in_needs_no_form(as_carl):
    assert as_carl.get("/login").location == "/portal/tickets"
    assert as_carl.get("/").location == "/portal/tickets"


def test_who_is_not_is_led_to_the_form(as_nobody):
    assert as_nobody.get("/").location == "/login"
    assert as_nobody.get("/login").status == 200


def test_one_goes_on_to_where_one_wanted(as_nobody):
    asked = as_nobody.get("/portal/tickets/new")
    form = as_nobody.get(asked.location)
    wanted = re.search(r'name="next"[^>]*value="([^"]*)"', form.html)[1]

    assert as_nobody.post("/login", CARL | {"next": wanted}).location == "/portal/tickets/new"


def test_a_wrong_password_keeps_the_address_and_not_the_password(as_nobody):
    page = as_nobody.post("/login", CARL | {"password": "a wrong one, sadly"})

    assert page.status == 422
    assert "That address and password do not match." in page.text
    assert 'value="carl@customer.example"' in page.html
    assert "a wrong one, sadly" not in page.html


@pytest.mark.parametrize("missing", ["email", "password"])
def test_an_empty_field_is_named(as_nobody, missing):
    page = as_nobody.post("/login", CARL | {missing: ""})

    assert page.status == 422
    assert {"email": "Type your e-mail address.", "password": "Type your password."}[missing] in page.text


def test_the_form_needs_our_token(as_nobody):
    assert as_nobody.client.post("/login", data=CARL).status_code == 400


def test_only_who_wants_to_stay_gets_a_cookie_that_outlives_the_browser(as_nobody, browser, acting):
    brief, long = as_nobody, browser()
    leaving = brief.post("/login", CARL)
    staying = long.post("/login", CARL | {"stays": "y"})

    assert "Expires" not in leaving.headers["Set-Cookie"]
    assert "Expires" in staying.headers["Set-Cookie"]
    lasts = (
        parsedate_to_datetime(staying.headers["Set-Cookie"].split("Expires=")[1].split(";")[0]) - clock.now()
    )
    assert lasts > LONGEST_SESSION - timedelta(
        minutes=1
    )  # so that the session's own limit is the first to come
    with acting("ada"):
        limits = db.session.scalars(select(SignInSession.idle_limit).order_by(SignInSession.id)).all()
    assert limits == [timedelta(hours=12), timedelta(days=14)]


def test_an_answer_that_changes_nothing_sends_no_cookie(as_nobody):
    """What was asked before a proof and is answered after it must not bring back the secret of before."""
    as_nobody.post("/login", CARL | {"stays": "y"})
    as_nobody.get("/portal/tickets")  # the welcome is said once

    answers = [
        as_nobody.get("/portal/tickets"),
        as_nobody.get("/portal/tickets", headers={"X-Polling": "true"}),
    ]
    renewed = as_nobody.post("/confirm", {"password": PASSWORD})

    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None, None]
    assert "Expires" in renewed.headers["Set-Cookie"]


def test_an_unused_session_ends(as_nobody):
    as_nobody.post("/login", CARL)

    with clock.freeze(clock.now() + timedelta(hours=11)):
        assert as_nobody.get("/").location == "/portal/tickets"
    with clock.freeze(clock.now() + timedelta(hours=24)):
        assert as_nobody.get("/").location == "/login"


def test_a_used_session_ends_after_thirty_days(as_nobody):
    as_nobody.post("/login", CARL | {"stays": "y"})
    start = clock.now()

    homes = []
    for day in range(10, 40, 10):
        with clock.freeze(start + timedelta(days=day, minutes=-1)):
            homes.append(as_nobody.get("/").location)
    with clock.freeze(start + timedelta(days=30, minutes=1)):
        homes.append(as_nobody.get("/").location)

    assert homes == ["/portal/tickets"] * 3 + ["/login"]


def test_a_fresh_desk_tells_where_its_setup_link_is(as_nobody, acting):
    with acting("ada"):
        change_settings(is_set_up=False)
    page = as_nobody.get("/login")

    assert page.status == 200
    assert "printed a setup link in the terminal" in page.text
    assert 'name="password"' not in page.html


def test_signing_in_costs_few_statements(as_nobody):
    as_nobody.post("/login", CARL)
    with counted_statements() as seen:
        as_nobody.post("/login", CARL)

    # the count's own transaction: role, locks (2), known here, limits (2), row;
    # then role, account, person, forgiving, session, last sign-in, role; the old session ends
    assert len(seen) <= 20  # two of them record that somebody came in
