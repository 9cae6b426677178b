"""Periods, their parts and the ones before, on calendars whose clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.reports.periods import BadPeriod, Period, Step, latest, period_of
from helpdesk.tickets.criteria.stretches import stretch_in
from tests.reports.desks import ZONES

BERLIN = ZoneInfo("Europe/Berlin")
PLACES = st.sampled_from([ZoneInfo(name) for name in ZONES])
DAYS = st.dates(date(1980, 1, 1), date(2060, 12, 31))
LENGTHS = st.one_of(st.integers(1, 40), st.integers(1, 1000), st.integers(1, 14_000))


@given(first=DAYS, days=LENGTHS, zone=PLACES)
def test_parts_follow_each_other_and_make_up_the_period(first: date, days: int, zone: ZoneInfo) -> None:
    period = Period(first, first + timedelta(days=days - 1), zone)
    parts = period.parts

    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    assert all(one.end == following.start for one, following in pairwise(parts))
    assert all(part.first <= part.last for part in parts)
    assert len(parts) <= 62


@given(first=DAYS, days=LENGTHS, zone=PLACES)
def test_the_one_before_is_as_long_and_ends_where_this_one_begins(
    first: date, days: int, zone: ZoneInfo
) -> None:
    period = Period(first, first + timedelta(days=days - 1), zone)

    assert period.before.days == period.days == days
    assert period.before.end == period.start


@given(first=DAYS, days=LENGTHS, zone=PLACES)
def test_what_a_query_writes_for_it_means_the_same(first: date, days: int, zone: ZoneInfo) -> None:
    period = Period(first, first + timedelta(days=days - 1), zone)
    for each in (period, *period.parts[:3]):
        stretch = stretch_in(each.value, zone)
        assert (stretch.start, stretch.end) == (each.start, each.end)


@pytest.mark.parametrize(
    "first, last, value",
    [
        (date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        (date(2026, 12, 1), date(2026, 12, 31), "2026-12"),
        (date(2026, 11, 22), date(2026, 11, 22), "2026-11-22"),
        (date(2026, 2, 1), date(2026, 2, 27), "2026-02-01..2026-02-27"),
        (date(2025, 1, 1), date(2026, 12, 31), "2025-01-01..2026-12-31"),
        (date(2026, 1, 1), date(2026, 2, 28), "2026-01-01..2026-02-28"),
    ],
)
def test_it_is_written_as_short_as_it_can_be(first: date, last: date, value: str) -> None:
    assert Period(first, last, BERLIN).value == value


@pytest.mark.parametrize(
    "days, step, parts",
    [(1, Step.DAY, 1), (31, Step.DAY, 31), (32, Step.WEEK, 5), (364, Step.MONTH, 13), (3000, Step.YEAR, 9)],
)
def test_the_longer_the_period_the_longer_its_parts(days: int, step: Step, parts: int) -> None:
    period = Period(date(2026, 11, 22) - timedelta(days=days - 1), date(2026, 11, 22), BERLIN)

    assert (period.step, len(period.parts)) == (step, parts)


@pytest.mark.parametrize(
    "zone, day, hours",
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # midnight itself is left out
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),  # did not happen
        ("UTC", date(2026, 3, 29), 24),
    ],
)
def test_days_are_as_long_as_the_clock_makes_them(zone: str, day: date, hours: float) -> None:
    period = Period(day, day, ZoneInfo(zone))

    assert (period.end - period.start) / timedelta(hours=1) == hours


def test_the_latest_days_end_with_the_desks_today() -> None:
    now = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)

    assert latest(7, ZoneInfo("Asia/Tokyo"), now).last == date(2026, 3, 2)
    assert latest(7, ZoneInfo("America/New_York"), now) == Period(
        date(2026, 2, 23), date(2026, 3, 1), ZoneInfo("America/New_York")
    )


@pytest.mark.parametrize(
    "first, last",
    [
        (date(2026, 2, 2), date(2026, 2, 1)),
        (date(1979, 12, 31), date(1980, 2, 1)),
        (date(2199, 1, 1), date(2200, 1, 1)),
        (date(1980, 1, 1), date(2026, 1, 1)),
    ],
)
def test_other_periods_are_refused(first: date, last: date) -> None:
    with pytest.raises(BadPeriod):
        period_of(first, last, BERLIN)
