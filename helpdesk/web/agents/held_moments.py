"""When an answer is to be sent: the moments the composer offers on the writer's clock, and one of their own."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from helpdesk.core import clock
from helpdesk.core.errors import Unwelcome
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import compact, here, hour, viewer_zone

MORNING, EVENING = time(8), time(17)
NOT_BEFORE = timedelta(hours=1)
"""An offered moment is at least so far ahead: for less, one sends now."""
MONDAY = 0


class UnclearMoment(Unwelcome):
    """What was typed is no moment."""

    status = 422


class Moment(NamedTuple):
    """A moment on offer: as the form sends it, and in words."""

    value: str
    words: str


def offered_moments() -> Sequence[Moment]:
    """In an hour, at the end of today, tomorrow morning, on Monday morning; each once."""
    now = here(clock.now())
    tomorrow = now.date() + timedelta(days=1)
    monday = tomorrow + timedelta(days=(MONDAY - tomorrow.weekday()) % 7)
    soon = now + NOT_BEFORE
    on_the_clock = [
        datetime.combine(now.date(), EVENING, viewer_zone()),
        datetime.combine(tomorrow, MORNING, viewer_zone()),
        datetime.combine(monday, MORNING, viewer_zone()),
    ]
    later = dict.fromkeys(each for each in on_the_clock if each >= soon)
    return [
        Moment(soon.isoformat(timespec="minutes"), _("In one hour, at %(hour)s", hour=hour(soon))),
        *(
            Moment(each.isoformat(timespec="minutes"), _("Wait until %(moment)s", moment=compact(each)))
            for each in later
        ),
    ]


def moment_in(chosen: str, typed: str) -> datetime | None:
    """What the form says: an offered moment, else the one typed on the writer's clock, else None.

    Raises UnclearMoment.
    """
    text = (chosen or typed).strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return clock.utc(moment if moment.tzinfo else moment.replace(tzinfo=viewer_zone()))
    except (ValueError, OverflowError) as error:
        raise UnclearMoment("Choose a day and an hour to send it at.") from error
