"""F04: guessing and flooding have limits that hold under pressure and hurt nobody else."""

import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.identity.models import SignInAttempt
from helpdesk.mail.models import OutboxMessage
from tests.security.strangers import at_once
from tests.support.cast import PASSWORD
from tests.support.tally import tally

CARL = "carl@customer.example"
EVIL, HOME = "203.0.113.66", "198.51.100.5"


def guess(browser, password="not the password", *, email=CARL, ip=EVIL, **headers):
    return browser.post(
        "/login", {"email": email, "password": password}, environ_base={"REMOTE_ADDR": ip}, headers=headers
    )


def test_F04_two_hundred_guesses_at_once_are_five(own_app):
    answers = Counter(at_once(own_app, 200, lambda browser, _: guess(browser).status))
    tally("F04 parallel guesses", 200)

    assert answers == {422: 5, 429: 195}
    with own_app.app_context(), current.entering(Via.CLI):
        assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 5


def test_F04_a_right_guess_after_the_limit_is_refused_and_says_how_long(own_app):
    at_once(own_app, 5, lambda browser, _: guess(browser))
    (late,) = at_once(own_app, 1, lambda browser, _: guess(browser, PASSWORD))

    assert late.status == 429
    assert 0 < int(late.headers["Retry-After"]) <= 15 * 60
    assert "Try again in 15 minutes." in late.text


def test_F04_the_owner_at_home_signs_in_meanwhile(own_app):
    at_once(own_app, 20, lambda browser, _: guess(browser))
    (owner,) = at_once(own_app, 1, lambda browser, _: guess(browser, PASSWORD, ip=HOME))

    assert owner.status == 303


def test_F04_one_network_guesses_thirty_accounts(own_app):
    answers = Counter(
        at_once(
            own_app, 60, lambda browser, number: guess(browser, email=f"p{number}@customer.example").status
        )
    )

    assert answers == {422: 30, 429: 30}


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "Client-IP"]
)
def test_F04_a_claimed_address_counts_for_nothing(own_app, header):
    answers = [
        guess(browser, **{header: f"198.51.{number}.1"}).status
        for number in range(7)
        for browser in [_browser(own_app)]
    ]

    assert answers == [422] * 5 + [429] * 2


def test_F04_three_letters_an_hour_for_one_address(own_app):
    paths = ["/recover", "/login/link", "/register"] * 4
    asked = at_once(
        own_app,
        len(paths),
        lambda browser, number: (
            browser.post(
                paths[number],
                {"email": CARL, "full_name": "C"},
                environ_base={"REMOTE_ADDR": f"198.51.{number}.1"},
            ).status
        ),
    )
    run_waiting_jobs(own_app)

    assert asked == [303] * len(paths)
    with own_app.app_context(), current.entering(Via.CLI):
        assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 3


def test_F04_one_network_asks_for_thirty_letters(own_app):
    answers = Counter(
        at_once(
            own_app,
            40,
            lambda browser, number: (
                browser.post(
                    "/recover", {"email": f"p{number}@customer.example"}, environ_base={"REMOTE_ADDR": EVIL}
                ).status
            ),
        )
    )

    assert answers == {303: 30, 429: 10}


@pytest.mark.parametrize("size", [1_025, 100_000, 10_000_000])
def test_F04_a_huge_password_costs_nothing(as_nobody, size):
    guess(as_nobody, "p" * 300)
    start = time.process_time()
    answer = guess(as_nobody, "p" * size)
    spent = time.process_time() - start

    assert answer.status == 422
    assert spent < 0.5  # of our own processor: what else runs on the machine does not count


def _browser(app):
    from tests.support.browser import Browser

    return Browser(app, app.test_client())
