"""Periods of whole days on the desk's calendar, the one before each, and the parts they are shown in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.criteria.stretches import start_of, through

DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1980, 2199
MOST_DAYS = 40 * 366


class BadPeriod(Unwelcome):
    """Days that make no period."""

    status = 422


class Step(StrEnum):
    """How long the parts of a period are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


# The longest period of each, in days: what still reads well as a chart and as a table beside it.
LONGEST = {Step.DAY: 31, Step.WEEK: 182, Step.MONTH: 5 * 366}


@dataclass(frozen=True)
class Period:
    """From the first through the last day."""

    first: date
    last: date
    zone: ZoneInfo

    @cached_property
    def start(self) -> datetime:
        return start_of(self.first, self.zone)

    @cached_property
    def end(self) -> datetime:
        """The moment the day after the last one begins."""
        return start_of(self.last + DAY, self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def value(self) -> str:
        """The period as a query writes it."""
        return through(self.first, self.last)

    @property
    def before(self) -> "Period":
        """As many days, directly before."""
        length = timedelta(days=self.days)
        return Period(self.first - length, self.last - length, self.zone)

    @property
    def step(self) -> Step:
        return next((step for step, most in LONGEST.items() if self.days <= most), Step.YEAR)

    @cached_property
    def parts(self) -> tuple["Period", ...]:
        """Its days, weeks (from Monday on), months or years; the first and the last one may be cut off."""
        parts, first = [], self.first
        while first <= self.last:
            following = _start_of_next(first, self.step)
            parts.append(Period(first, min(following - DAY, self.last), self.zone))
            first = following
        return tuple(parts)


def period_of(first: date, last: date, zone: ZoneInfo) -> Period:
    """Raises BadPeriod, saying what is wrong."""
    if first > last:
        raise BadPeriod("The period ends before it begins. Exchange the two days.")
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise BadPeriod(f"Choose days between the years {FIRST_YEAR} and {LAST_YEAR}.")
    if (last - first).days >= MOST_DAYS:
        raise BadPeriod("The period is longer than forty years. Choose days that are closer together.")
    return Period(first, last, zone)


def latest(days: int, zone: ZoneInfo, now: datetime) -> Period:
    """The last so many days, today included."""
    today = now.astimezone(zone).date()
    return Period(today - timedelta(days=days - 1), today, zone)


def _start_of_next(day: date, step: Step) -> date:
    if step is Step.DAY:
        return day + DAY
    if step is Step.WEEK:
        return day + timedelta(days=7 - day.weekday())
    if step is Step.MONTH:
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return date(day.year + 1, 1, 1)
