"""How the numbers of the statistics are written: times, comparisons, shares."""

from dataclasses import dataclass
from datetime import timedelta

from helpdesk.reports.periods import Period, Step
from helpdesk.web.agents.calendar_words import day_words, days_words, month_words
from helpdesk.web.filters import number
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import span

MINUTE, HOUR, DAY = 60, 3600, 86_400
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """A number beside that of the period before. `look` is better, worse, or nothing where more is neither."""

    arrow: str
    by: str
    was: str
    look: str = ""

    @property
    def verdict(self) -> str:
        return {"better": _("better"), "worse": _("worse")}.get(self.look, "")


def length(seconds: float) -> tuple[str, str]:
    """A time as a value and its unit: 42 min, 1:42 h, 3.4 days."""
    if seconds < MINUTE:
        return str(round(seconds)), _("s")
    minutes = round(seconds / MINUTE)
    if minutes < 60:
        return str(minutes), _("min")
    if minutes < 100 * 60:
        return f"{minutes // 60}:{minutes % 60:02d}", _("h")
    return number(round(seconds / DAY, 1)), _("days")


def length_words(seconds: float | None) -> str:
    """The same in one piece."""
    return NOTHING if seconds is None else " ".join(length(seconds))


def hours(seconds: float | None) -> float | None:
    """A time for machines: hours and hundredths."""
    return None if seconds is None else round(seconds / HOUR, 2)


def change_of_count(now: int, before: int, *, more_is: str = "") -> Change:
    """How much more or less there is."""
    if now == before:
        return Change("", _("no change"), number(before))
    by = _("%(percent)s %%", percent=number(round(100 * abs(now - before) / before))) if before else ""
    return Change(_arrow(now > before), by, number(before), _look(now > before, more_is))


def change_of_time(now: float | None, before: float | None) -> Change | None:
    """How much longer or shorter it takes; None where one of both never happened."""
    if now is None or before is None:
        return None
    if round(now / MINUTE) == round(before / MINUTE):
        return Change("", _("no change"), length_words(before))
    by = span(timedelta(seconds=abs(now - before)))
    return Change(_arrow(now > before), by, length_words(before), _look(now > before, "worse"))


def part_words(part: Period, step: Step) -> str:
    """What a part of the period is called: 22 Nov; 16–22 Nov; Nov 2026; 2026."""
    if step is Step.DAY:
        return day_words(part.first, with_year=False)
    if step is Step.WEEK:
        return days_words(part.first, part.last, with_year=False)
    if part.value == f"{part.first:%Y-%m}":
        return month_words(part.first)
    return part.value if part.value == str(part.first.year) else days_words(part.first, part.last)


def step_words(step: Step) -> str:
    return {
        Step.DAY: _("Day"), Step.WEEK: _("Week"), Step.MONTH: _("Month"), Step.YEAR: _("Year"),
    }[step]  # fmt: skip


def _arrow(is_more: bool) -> str:
    return "↑" if is_more else "↓"


def _look(is_more: bool, more_is: str) -> str:
    if not more_is:
        return ""
    return more_is if is_more else {"better": "worse", "worse": "better"}[more_is]
