"""When things happen: the hours people work and are awake, and the days on which requests arrive."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from math import exp, pi, sin
from random import Random
from zoneinfo import ZoneInfo

DAY = 86_400.0
HOUR = 3_600.0
HISTORY = timedelta(days=730)
BEYOND = timedelta(days=90)  # calendars reach past the present: what falls there has not happened yet
FRESH = 14  # days that a small desk fills more densely than its history, so that there is something to do
FRESH_TICKETS = 300
FRESH_SHARE = 0.3
FADING = (
    9  # days in which that halves, going back: a desk that became busy, and not one that began two weeks ago
)

Week = Mapping[int, tuple[time, time]]
OFFICE: Week = {day: (time(8), time(18)) for day in range(5)} | {5: (time(9), time(13))}
AWAKE: Week = {day: (time(7), time(22, 30)) for day in range(7)}

WEEKDAYS = (1.35, 1.12, 1.02, 1.0, 0.88, 0.24, 0.16)
HOURS = (1, 1, 1, 1, 1, 2, 5, 14, 34, 52, 54, 48, 32, 40, 48, 44, 36, 24, 15, 11, 10, 9, 5, 2)


class OpenHours:
    """A calendar of open stretches, as moments in seconds since 1970, that can be walked along quickly."""

    def __init__(self, place: ZoneInfo, week: Week, first: date, last: date) -> None:
        self._starts: list[float] = []
        self._ends: list[float] = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if hours := week.get(day.weekday()):
                start, end = (datetime.combine(day, at, place).timestamp() for at in hours)
                self._starts.append(start)
                self._ends.append(end)
        lengths = (end - start for start, end in zip(self._starts, self._ends, strict=True))
        self._before = [0.0, *accumulate(lengths)]

    def after(self, moment: float, seconds: float) -> float:
        """The moment when so many open seconds have passed since `moment`; with fewer than none, before it."""
        return self._at(self._passed(moment) + seconds)

    def halfway(self, moment: float, end: float) -> float:
        """The moment when half of the open time between two others has passed."""
        return self._at((self._passed(moment) + self._passed(end)) / 2)

    def _passed(self, moment: float) -> float:
        """Open seconds since the beginning of the calendar."""
        current = bisect_right(self._ends, moment)
        if current == len(self._ends):
            return self._before[-1]
        return self._before[current] + max(0.0, moment - self._starts[current])

    def _at(self, passed: float) -> float:
        found = min(bisect_right(self._before, passed) - 1, len(self._starts) - 1)
        return self._starts[found] + passed - self._before[found]


@cache
def zone(name: str) -> ZoneInfo:
    """ZoneInfo itself remembers only the last eight."""
    return ZoneInfo(name)


@cache
def office_hours(place: str, now: datetime) -> OpenHours:
    """When the desk works, around the two years before `now`."""
    return OpenHours(zone(place), OFFICE, (now - HISTORY).date(), (now + BEYOND).date())


@cache
def waking_hours(place: str, now: datetime) -> OpenHours:
    """When a customer may answer."""
    return OpenHours(zone(place), AWAKE, (now - HISTORY).date(), (now + BEYOND).date())


class Arrivals:
    """Draws the moments of new requests over the two years before `now`: more each year, on Mondays, before noon."""

    def __init__(self, rng: Random, now: datetime, tickets: int) -> None:
        self._rng, self._now = rng, now.timestamp()
        self._start = (now - HISTORY).date()
        days = (now.date() - self._start).days
        self._days = [self._start + timedelta(days=number) for number in range(1, days + 1)]
        weights = [self._weight(day, number) for number, day in enumerate(self._days)]
        share = min(FRESH_SHARE, FRESH_TICKETS / tickets)
        extra = [
            weight * 0.5 ** (max(0, days - number - FRESH) / FADING) for number, weight in enumerate(weights)
        ]
        fresh = sum(weights[-FRESH:])
        missing = max(0.0, share * sum(weights) - fresh)
        factor = missing / (fresh - share * sum(extra))
        weights = [weight + factor * more for weight, more in zip(weights, extra, strict=True)]
        self._cumulated = list(accumulate(weights))
        self._hours = list(accumulate(HOURS))

    def draw(self, place: ZoneInfo) -> float:
        """One moment, in the daily rhythm of the requester's zone."""
        while True:
            day = self._rng.choices(self._days, cum_weights=self._cumulated)[0]
            moment = self._hour(day, place)
            if moment < self._now:
                return moment

    def draw_near(self, day: date, place: ZoneInfo) -> float | None:
        """One moment on a day or soon after it, for incidents; None where that is still to come."""
        moment = self._hour(day, place) + self._rng.expovariate(1 / DAY)
        return moment if moment < self._now else None

    def _hour(self, day: date, place: ZoneInfo) -> float:
        hour = self._rng.choices(range(24), cum_weights=self._hours)[0]
        seconds = self._rng.random() * HOUR
        return datetime.combine(day, time(hour), place).timestamp() + seconds

    def _weight(self, day: date, number: int) -> float:
        growth = exp(0.6 * number / HISTORY.days)
        season = 1 + 0.18 * sin(2 * pi * (day.timetuple().tm_yday - 80) / 365)
        quiet = 0.25 if (day.month, day.day) in {(1, 1), (12, 24), (12, 25), (12, 26), (12, 31)} else 1.0
        return WEEKDAYS[day.weekday()] * growth * season * quiet * self._rng.lognormvariate(0, 0.15)
