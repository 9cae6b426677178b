"""Tests of helpdesk.web.moments: a moment in the words of who reads it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, g

from helpdesk.core import clock
from helpdesk.settings.catalogue import Desk
from helpdesk.web import moments
from helpdesk.web.languages import look_again

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday


@pytest.fixture(autouse=True)
def at_noon(bare: Flask):
    with bare.test_request_context("/"), clock.freeze(NOON):
        yield


def before(**length: float) -> datetime:
    return NOON - timedelta(**length)


@pytest.mark.parametrize(
    "moment, words, short",
    [
        (before(seconds=20), "just now", "now"),
        (before(minutes=4), "4 min ago", "4 min"),
        (before(hours=2, minutes=10), "2 h ago", "2 h"),
        (before(hours=13), "yesterday", "Yesterday"),
        (before(days=3), "3 days ago", "Thu"),
        (before(days=10), "12 Nov", "12 Nov"),
        (before(days=400), "18 Oct 2025", "18 Oct 2025"),
        (before(minutes=-45), "in 45 min", "in 45 min"),
        (before(days=-1), "Tomorrow, 12:00", "Tomorrow, 12:00"),
        (None, "", ""),
    ],
)
def test_near_moments_are_relative_and_far_ones_dates(moment, words, short):
    assert moments.relative(moment) == words
    assert moments.relative(moment, True) == short


@pytest.mark.parametrize(
    "moment, words",
    [
        (before(hours=1), "11:00"),
        (before(days=1), "Yesterday, 12:00"),
        (before(days=2), "Fri, 20 Nov, 12:00"),
        (before(days=400), "18 Oct 2025, 12:00"),
        (None, ""),
    ],
)
def test_threads_say_the_hour_and_as_much_of_the_day_as_is_needed(moment, words):
    assert moments.compact(moment) == words


def test_an_exact_moment_is_written_day_first_in_24_hours():
    assert moments.exact(before(hours=0.5)) == "22 Nov 2026, 11:30"
    assert moments.exact(None) == ""
    assert moments.date(None) == ""


@pytest.mark.parametrize(
    "length, words",
    [
        (timedelta(seconds=10), "1 min"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=2, minutes=5), "2 h 05"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=30), "30 h"),
        (timedelta(days=3, hours=5), "3 days"),
        (timedelta(minutes=-45), "45 min"),
    ],
)
def test_a_span_has_two_parts_at_most(length, words):
    assert moments.span(length) == words


@pytest.mark.parametrize(
    "moment, state, words",
    [
        (before(minutes=10), "late", "10 min late"),
        (before(minutes=-18), "soon", "18 min left"),
        (before(hours=-3), "later", "15:00"),
        (before(days=-1), "later", "Tomorrow, 12:00"),
    ],
)
def test_a_deadline_says_how_late_how_long_or_when(moment, state, words):
    assert (moments.due_state(moment), moments.due_words(moment)) == (state, words)


def test_no_deadline_has_no_state():
    assert moments.due_state(None) == ""


def test_yesterday_is_of_the_readers_calendar():
    evening_before = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)

    assert moments.compact(evening_before) == "Yesterday, 23:30"

    g.desk = Desk(time_zone="Asia/Tokyo")
    look_again()

    assert moments.compact(evening_before) == "08:30"
