"""Moments and spans in words of the reader: near ones relative, far ones as a date, all in the reader's zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import date as calendar_day
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from babel.support import NullTranslations
from flask import g
from flask_babel import get_locale, get_timezone

from helpdesk.core import clock
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import translations

MINUTE, HOUR, DAY = 60, 3600, 86_400
SOON = timedelta(hours=2)
MOST_KEPT = 4_000
"""Moments of each kind, in words: those of a hundred pages."""


@dataclass(frozen=True, slots=True, eq=False)
class Manner:
    """In which zone and in which language's way moments are written. There is one of each pair, equal to itself alone:
    what was written is kept by it.
    """

    zone: ZoneInfo
    locale: Locale


def manner() -> Manner:
    """Of who reads the page, found out once a request."""
    found: Manner | None = g.get("manner")
    if found is None:
        found = g.manner = _manner(str(get_timezone() or "UTC"), str(get_locale() or "en"))
    return found


@cache  # zones times languages
def _manner(zone: str, language: str) -> Manner:
    """Plain English is written day first, 24 hours, as the world does."""
    return Manner(ZoneInfo(zone), Locale("en", "001") if language == "en" else Locale.parse(language))


def viewer_zone() -> ZoneInfo:
    """The time zone of who reads the page."""
    return manner().zone


def viewer_locale() -> Locale:
    """How who reads the page writes dates."""
    return manner().locale


def here(moment: datetime) -> datetime:
    """The moment on the reader's wall clock."""
    return moment.astimezone(manner().zone)


def written(moment: datetime, skeleton: str) -> str:
    """The moment in the order the reader's language writes the parts of a CLDR skeleton."""
    return _written(moment, skeleton, manner())


@lru_cache(maxsize=MOST_KEPT)
def _written(moment: datetime, skeleton: str, manner: Manner) -> str:
    return str(format_skeleton(skeleton, moment.astimezone(manner.zone), locale=manner.locale))


def hour(moment: datetime) -> str:
    return written(moment, "Hm")


def day_and_hour(moment: datetime, skeleton: str) -> str:
    return _day_and_hour(moment, skeleton, manner())


@lru_cache(maxsize=MOST_KEPT)
def _day_and_hour(moment: datetime, skeleton: str, manner: Manner) -> str:
    pattern = str(manner.locale.datetime_formats["medium"])
    day, hour = _written(moment, skeleton, manner), _written(moment, "Hm", manner)
    return pattern.replace("{1}", day).replace("{0}", hour)


def exact(moment: datetime | None) -> str:
    """Day, month, year, hours and minutes: for tooltips, threads, and wherever it is read later."""
    return day_and_hour(moment, "yMMMd") if moment else ""


def machine(moment: datetime) -> str:
    """The moment for machines, as short as it can be: to the minute, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def today() -> calendar_day:
    """On the reader's calendar."""
    return here(clock.now()).date()


def days_away(moment: datetime) -> int:
    """Calendar days from today to the moment, on the reader's calendar."""
    return _days_between(clock.now(), moment, manner())


def _days_between(now: datetime, moment: datetime, manner: Manner) -> int:
    return (moment.astimezone(manner.zone).date() - now.astimezone(manner.zone).date()).days


def compact(moment: datetime | None) -> str:
    """As exact as needed: the hour today, the weekday or the date before."""
    if moment is None:
        return ""
    way = manner()
    return _compact(moment, clock.now().astimezone(way.zone).date(), way, translations())


@lru_cache(maxsize=MOST_KEPT)
def _compact(moment: datetime, today: calendar_day, manner: Manner, _language: NullTranslations) -> str:
    day = moment.astimezone(manner.zone).date()
    hour = _written(moment, "Hm", manner)
    away = (day - today).days
    if away == 0:
        return hour
    if away == -1:
        return _("Yesterday, %(hour)s", hour=hour)
    if away == 1:
        return _("Tomorrow, %(hour)s", hour=hour)
    return _day_and_hour(moment, "MMMEd" if day.year == today.year else "yMMMd", manner)


def date(moment: datetime | None) -> str:
    """The day alone, without the year when it is this one."""
    return _date(moment, today().year, manner()) if moment is not None else ""


def _date(moment: datetime, this_year: int, manner: Manner) -> str:
    is_of_this_year = moment.astimezone(manner.zone).year == this_year
    return _written(moment, "MMMd" if is_of_this_year else "yMMMd", manner)


def relative(moment: datetime | None, short: bool = False) -> str:
    """How long ago, while that says more than a date: “4 min ago”; `short` drops the “ago” for columns."""
    if moment is None:
        return ""
    now = clock.now()
    seconds = int((now - moment).total_seconds())
    if seconds < -MINUTE:
        return _ahead(moment, -seconds)
    words = _relative_words(short, translations())
    if seconds < MINUTE:
        return words["now"]
    if seconds < HOUR:
        return words["minutes"].replace("{n}", str(seconds // MINUTE))
    way = manner()
    ago = -_days_between(now, moment, way)
    if seconds < DAY and ago == 0:
        return words["hours"].replace("{n}", str(seconds // HOUR))
    return _days_ago(moment, ago, short, now.astimezone(way.zone).year, way, translations())


def relative_words(short: bool = False) -> dict[str, str]:
    """The patterns of `relative` up to a day; static/js/relative_time.js counts on with the same words."""
    return dict(_relative_words(short, translations()))


@lru_cache(maxsize=200)
def _relative_words(short: bool, _language: NullTranslations) -> Mapping[str, str]:
    if short:
        return {"now": _("now"), "minutes": _("{n} min"), "hours": _("{n} h")}
    return {"now": _("just now"), "minutes": _("{n} min ago"), "hours": _("{n} h ago")}


@lru_cache(maxsize=MOST_KEPT)
def _days_ago(
    moment: datetime, ago: int, short: bool, this_year: int, manner: Manner, _language: NullTranslations
) -> str:
    if ago == 1:
        return _("Yesterday") if short else _("yesterday")
    if ago < 7:
        return _written(moment, "E", manner) if short else _("%(count)s days ago", count=ago)
    return _date(moment, this_year, manner)


def _ahead(moment: datetime, seconds: int) -> str:
    if seconds < DAY:
        return _("in %(span)s", span=span(timedelta(seconds=seconds)))
    return compact(moment)


def span(length: timedelta) -> str:
    """A length of time in its two largest parts at most: “45 min”, “2 h 10”, “3 days”."""
    return _span(abs(int(length.total_seconds())) // MINUTE, translations())


@lru_cache(maxsize=MOST_KEPT)
def _span(minutes: int, _language: NullTranslations) -> str:
    hours, odd_minutes = divmod(minutes, 60)
    if hours < 1:
        return _("%(minutes)s min", minutes=max(1, minutes))
    if hours < 10 and odd_minutes:
        return _("%(hours)s h %(minutes)s", hours=hours, minutes=f"{odd_minutes:02d}")
    if hours < 48:
        return _("%(hours)s h", hours=hours)
    return _("%(days)s days", days=hours // 24)


def due_state(moment: datetime | None) -> str:
    """late, soon (within two hours), later, or nothing: what somebody has to know before the number."""
    if moment is None:
        return ""
    left = moment - clock.now()
    if left < timedelta(0):
        return "late"
    return "soon" if left <= SOON else "later"


def due_words(moment: datetime) -> str:
    """How late, how long left, or when."""
    left = moment - clock.now()
    if left < timedelta(0):
        return _("%(span)s late", span=span(left))
    return _("%(span)s left", span=span(left)) if left <= SOON else compact(moment)
