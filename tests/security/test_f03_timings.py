"""F03: a stopwatch does not tell who has an account either. Takes long; a noisy machine only hides differences."""

import math
import time
from itertools import count

import pytest
from sqlalchemy import delete

from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.identity.models import SignInAttempt
from tests.support.browser import Browser
from tests.support.tally import tally

TIMES = 1000
KNOWN, UNKNOWN = "carl@customer.example", "kurt@customer.example"


@pytest.mark.soak
@pytest.mark.parametrize("path", ["/login", "/recover", "/login/link", "/register"])
def test_F03_known_and_unknown_take_equally_long(own_app, path):
    stranger = Browser(own_app, own_app.test_client())
    networks = count()
    seconds: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for turn in range(TIMES + 20):
        for email in (KNOWN, UNKNOWN) if turn % 2 else (UNKNOWN, KNOWN):
            spent = _timed(stranger, path, email, next(networks))
            if turn >= 20:  # the first ones warm up
                seconds[email].append(spent)
        if turn % 2:
            _forget_tries(own_app)
    tally(f"F03 timings of {path}", 2 * TIMES)

    assert chance_of_difference(seconds[KNOWN], seconds[UNKNOWN]) > 0.01


def _timed(browser, path, email, number):
    form = {"email": email, "full_name": "Somebody", "password": "not the password"}
    start = time.perf_counter()
    answer = browser.post(
        path, form, environ_base={"REMOTE_ADDR": f"10.{number // 250 % 250}.{number % 250}.1"}
    )
    spent = time.perf_counter() - start
    assert answer.status in (303, 422)
    return spent


def _forget_tries(app):
    with app.app_context(), current.entering(Via.CLI), unit_of_work():
        db.session.execute(delete(SignInAttempt), execution_options={"synchronize_session": False})


def chance_of_difference(first, second):
    """Two-sided p of the Mann-Whitney U test, by its normal approximation."""
    ranked = sorted([(each, 0) for each in first] + [(each, 1) for each in second])
    ranks = sum(rank for rank, (_, group) in enumerate(ranked, start=1) if group == 0)
    sizes = len(first), len(second)
    expected = sizes[0] * (sum(sizes) + 1) / 2
    deviation = math.sqrt(sizes[0] * sizes[1] * (sum(sizes) + 1) / 12)
    return math.erfc(abs(ranks - expected) / deviation / math.sqrt(2))


def test_F03_the_stopwatch_works():
    steady = [each / 1000 for each in range(1000)]

    assert chance_of_difference(steady, list(reversed(steady))) > 0.9
    assert chance_of_difference(steady, [each + 0.1 for each in steady]) < 0.001
