"""Days, months, weekdays and hours of the desk in words: what statistics and the chips of a list say of them.

A day is a day of the desk and no moment: it is never moved into the reader's time zone.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from babel.dates import format_date, format_interval, format_skeleton

from helpdesk.tickets.criteria.hours import WEEKDAYS
from helpdesk.tickets.criteria.stretches import THROUGH
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import exact, viewer_locale

MONDAY = date(2024, 1, 1)


def day_words(day: date, *, with_year: bool = True) -> str:
    """22 Nov 2026, or without the year."""
    return _written(day, "yMMMd" if with_year else "MMMd")


def month_words(day: date) -> str:
    """Nov 2026."""
    return _written(day, "yMMM")


def days_words(first: date, last: date, *, with_year: bool = True) -> str:
    """26 Oct – 22 Nov 2026: what both have in common is said once."""
    if first == last:
        return day_words(first, with_year=with_year)
    skeleton = "yMMMd" if with_year else "MMMd"
    return str(format_interval(first, last, skeleton, locale=viewer_locale()))


def weekday_words(number: int, *, is_short: bool = False) -> str:
    """1 is Monday, 7 is Sunday."""
    pattern = "E" if is_short else "EEEE"
    return str(format_date(MONDAY.replace(day=number), pattern, locale=viewer_locale()))


def hour_words(hour: int) -> str:
    """9:00 – 10:00."""
    return _("%(from)s – %(to)s", **{"from": clock_words(hour), "to": clock_words(hour + 1)})


def clock_words(hour: int) -> str:
    """9:00."""
    return f"{hour}:00"


def calendar_words(operator: str, value: str) -> str:
    """A term about days as its chip says it."""
    first, _through, last = value.partition(THROUGH)
    said = _range_words(first, last) if last else _point_words(first)
    if operator == ">=":
        return _("%(day)s or later", day=said)
    if operator == "<=":
        return _("%(day)s or earlier", day=said)
    if operator == ">":
        return _("after %(day)s", day=said)
    return _("before %(day)s", day=said) if operator == "<" else said


def _point_words(point: str) -> str:
    parts = point.split("-")
    if "T" in point:
        return exact(datetime.strptime(point, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC))
    if len(parts) == 1:
        return point
    day = date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) == 3 else 1)
    return day_words(day) if len(parts) == 3 else month_words(day)


def _range_words(first: str, last: str) -> str:
    if len(first) == len(last) == len("2026-11-22"):
        return days_words(date.fromisoformat(first), date.fromisoformat(last))
    return _("%(from)s – %(to)s", **{"from": _point_words(first), "to": _point_words(last)})


def _written(day: date, skeleton: str) -> str:
    return str(format_skeleton(skeleton, day, locale=viewer_locale()))


CLOCK_WORDS: Mapping[str, Callable[[str], str]] = {
    "weekday": lambda value: weekday_words(WEEKDAYS.index(value) + 1),
    "hour": lambda value: hour_words(int(value)),
}
"""How values of these fields are said."""
