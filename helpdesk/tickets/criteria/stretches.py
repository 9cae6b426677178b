"""Stretches of time as a query names them: `2026`, `2026-11`, `2026-11-22`, `2026-11-22T10:33Z`, and from one through
another: `2026-10-26..2026-11-22`. Days, months and years are those of the desk's time zone.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

THROUGH = ".."
FIRST_YEAR, LAST_YEAR = 1900, 2999
_POINT = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})Z)?)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From its start up to, and without, its end."""

    start: datetime
    end: datetime


def spelled(value: str) -> str:
    """The stretch as we write it. Raises ValueError for what is none, or ends before it begins."""
    first, is_range, last = (part.strip().upper() for part in value.partition(THROUGH))
    _days_or_minute(first)
    if not is_range:
        return first
    _days_or_minute(last)
    if len(first) == len(last) and first > last:
        raise ValueError(value)
    return first if first == last else f"{first}{THROUGH}{last}"


def is_range(value: str) -> bool:
    """Whether it goes from one through another."""
    return THROUGH in value


def stretch_in(value: str, zone: ZoneInfo) -> Stretch:
    """What a spelled value means on this clock."""
    first, _through, last = value.partition(THROUGH)
    return Stretch(_borders(first, zone)[0], _borders(last or first, zone)[1])


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment a day begins there, in UTC: where the clock leaps over midnight, the moment of the leap."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def through(first: date, last: date) -> str:
    """The value that means these days, both included, as short as it can be."""
    beyond = last + timedelta(days=1)
    if first.day == beyond.day == 1:
        if first.month == beyond.month == 1 and beyond.year == first.year + 1:
            return f"{first:%Y}"
        if (first.year * 12 + first.month + 1) == (beyond.year * 12 + beyond.month):
            return f"{first:%Y-%m}"
    return str(first) if first == last else f"{first}{THROUGH}{last}"


def minute(moment: datetime) -> str:
    """The value that means this minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _days_or_minute(point: str) -> tuple[date, date] | datetime:
    """First day, and the day after the last one; or the minute. Raises ValueError."""
    found = _POINT.fullmatch(point)
    if found is None:
        raise ValueError(point)
    year, month, day, hour, minutes = (int(part) if part else None for part in found.groups())
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(point)
    if hour is not None:
        return datetime(year, month or 1, day or 1, hour, minutes or 0, tzinfo=UTC)
    first = date(year, month or 1, day or 1)
    if day:
        return first, first + timedelta(days=1)
    if month:
        return first, (first + timedelta(days=31)).replace(day=1)
    return first, date(year + 1, 1, 1)


def _borders(point: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    meant = _days_or_minute(point)
    if isinstance(meant, datetime):
        return meant, meant + timedelta(minutes=1)
    return start_of(meant[0], zone), start_of(meant[1], zone)
