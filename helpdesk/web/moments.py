"""Moments and spans in words of the reader: near ones relative, far ones as a date, all in the reader's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from flask_babel import get_locale, get_timezone

from helpdesk.core import clock
from helpdesk.web.languages import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400
SOON = timedelta(hours=2)


def viewer_zone() -> ZoneInfo:
    """The time zone of who reads the page."""
    return ZoneInfo(str(get_timezone() or "UTC"))


def viewer_locale() -> Locale:
    """How who reads the page writes dates. Plain English is written day first, 24 hours, as the world does."""
    locale = get_locale()
    return Locale("en", "001") if locale is None or str(locale) == "en" else locale


def here(moment: datetime) -> datetime:
    """The moment on the reader's wall clock."""
    return moment.astimezone(viewer_zone())


def written(moment: datetime, skeleton: str) -> str:
    """The moment in the order the reader's language writes the parts of a CLDR skeleton."""
    return format_skeleton(skeleton, here(moment), locale=viewer_locale())


def hour(moment: datetime) -> str:
    return written(moment, "Hm")


def day_and_hour(moment: datetime, skeleton: str) -> str:
    pattern = str(viewer_locale().datetime_formats["medium"])
    return pattern.replace("{1}", written(moment, skeleton)).replace("{0}", hour(moment))


def exact(moment: datetime | None) -> str:
    """Day, month, year, hours and minutes: for tooltips, threads, and wherever it is read later."""
    return day_and_hour(moment, "yMMMd") if moment else ""


def machine(moment: datetime) -> str:
    """The moment for machines, as short as it can be: to the minute, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def days_away(moment: datetime) -> int:
    """Calendar days from today to the moment, on the reader's calendar."""
    return (here(moment).date() - here(clock.now()).date()).days


def compact(moment: datetime | None) -> str:
    """As exact as needed: the hour today, the weekday or the date before."""
    if moment is None:
        return ""
    away = days_away(moment)
    if away == 0:
        return hour(moment)
    if away == -1:
        return _("Yesterday, %(hour)s", hour=hour(moment))
    if away == 1:
        return _("Tomorrow, %(hour)s", hour=hour(moment))
    this_year = here(moment).year == here(clock.now()).year
    return day_and_hour(moment, "MMMEd" if this_year else "yMMMd")


def date(moment: datetime | None) -> str:
    """The day alone, without the year when it is this one."""
    if moment is None:
        return ""
    this_year = here(moment).year == here(clock.now()).year
    return written(moment, "MMMd" if this_year else "yMMMd")


def relative(moment: datetime | None, short: bool = False) -> str:
    """How long ago, while that says more than a date: “4 min ago”; `short` drops the “ago” for columns."""
    if moment is None:
        return ""
    seconds = int((clock.now() - moment).total_seconds())
    if seconds < -MINUTE:
        return _ahead(moment, -seconds)
    words = relative_words(short)
    if seconds < MINUTE:
        return words["now"]
    if seconds < HOUR:
        return words["minutes"].replace("{n}", str(seconds // MINUTE))
    if seconds < DAY and days_away(moment) == 0:
        return words["hours"].replace("{n}", str(seconds // HOUR))
    return _days_ago(moment, short)


def relative_words(short: bool = False) -> dict[str, str]:
    """The patterns of `relative` up to a day; static/js/relative_time.js counts on with the same words."""
    if short:
        return {"now": _("now"), "minutes": _("{n} min"), "hours": _("{n} h")}
    return {"now": _("just now"), "minutes": _("{n} min ago"), "hours": _("{n} h ago")}


def _days_ago(moment: datetime, short: bool) -> str:
    away = -days_away(moment)
    if away == 1:
        return _("Yesterday") if short else _("yesterday")
    if away < 7:
        return written(moment, "E") if short else _("%(count)s days ago", count=away)
    return date(moment)


def _ahead(moment: datetime, seconds: int) -> str:
    if seconds < DAY:
        return _("in %(span)s", span=span(timedelta(seconds=seconds)))
    return compact(moment)


def span(length: timedelta) -> str:
    """A length of time in its two largest parts at most: “45 min”, “2 h 10”, “3 days”."""
    seconds = abs(int(length.total_seconds()))
    if seconds < HOUR:
        return _("%(minutes)s min", minutes=max(1, seconds // MINUTE))
    if seconds < 10 * HOUR and (minutes := seconds % HOUR // MINUTE):
        return _("%(hours)s h %(minutes)s", hours=seconds // HOUR, minutes=f"{minutes:02d}")
    if seconds < 2 * DAY:
        return _("%(hours)s h", hours=seconds // HOUR)
    return _("%(days)s days", days=seconds // DAY)


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
    state = due_state(moment)
    length = span(moment - clock.now())
    if state == "late":
        return _("%(span)s late", span=length)
    if state == "soon":
        return _("%(span)s left", span=length)
    return hour(moment) if days_away(moment) == 0 else compact(moment)
