"""Hours of work, and the days on which requests come."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.demo.rhythm import HOUR, Arrivals, OpenHours

ZONE = ZoneInfo("Europe/Amsterdam")
WEEK = {day: (time(8), time(18)) for day in range(5)} | {5: (time(9), time(13))}
OFFICE = OpenHours(ZONE, WEEK, date(2026, 3, 2), date(2026, 5, 31))


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


@pytest.mark.parametrize(
    "start, hours, end",
    [
        ("2026-03-04T10:00", 2, "2026-03-04T12:00"),
        ("2026-03-04T17:00", 2, "2026-03-05T09:00"),
        ("2026-03-06T17:30", 1, "2026-03-07T09:30"),  # Friday to Saturday
        ("2026-03-07T12:00", 2, "2026-03-09T09:00"),  # over Sunday
        ("2026-03-08T04:00", 0, "2026-03-09T08:00"),
        ("2026-03-27T17:00", 5, "2026-03-30T08:00"),  # four on Saturday; the clocks change on Sunday
        ("2026-03-05T09:00", -2, "2026-03-04T17:00"),
        ("2026-03-08T12:00", -1, "2026-03-07T12:00"),
    ],
)
def test_open_hours_are_counted_and_no_others(start, hours, end):
    assert OFFICE.after(moment(start), hours * HOUR) == moment(end)


@given(st.floats(0, 60 * 24), st.floats(0, 200))
def test_one_after_the_other_is_as_long_as_both_at_once(start, hours):
    begin = moment("2026-03-05T00:00") + start * HOUR / 24
    there = OFFICE.after(OFFICE.after(begin, hours * HOUR / 2), hours * HOUR / 2)
    at_once = OFFICE.after(begin, hours * HOUR)

    assert there == pytest.approx(at_once, abs=1.0) or OFFICE.after(there, 1) == pytest.approx(
        OFFICE.after(at_once, 1), abs=1.0
    )


def test_halfway_is_in_the_middle_of_the_open_time():
    assert OFFICE.halfway(moment("2026-03-06T16:00"), moment("2026-03-09T10:00")) == moment(
        "2026-03-07T11:00"
    )


def test_time_goes_on_where_the_calendar_ends():
    last = moment("2026-05-29T18:00")

    assert OFFICE.after(last + 3 * 24 * HOUR, HOUR) > last


def test_requests_come_on_working_days_before_noon_and_more_of_them_each_year():
    now = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)
    arrivals = Arrivals(Random(1), now, 100_000)
    drawn = [datetime.fromtimestamp(arrivals.draw(ZONE), ZONE) for _ in range(6_000)]

    days, hours = Counter(each.weekday() for each in drawn), Counter(each.hour for each in drawn)
    assert days[0] > days[2] > days[4] > 2 * days[5] > days[6]
    assert hours[10] > hours[15] > 2 * hours[20] > hours[3]
    years = Counter(each > now - timedelta(days=365) for each in drawn)
    assert 1.15 < years[True] / years[False] < 1.8
    assert max(drawn) < now
