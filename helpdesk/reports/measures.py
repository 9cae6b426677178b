"""What is counted: each function is a number of the statistics. Its docstring is the definition people read, on the
page and in docs/statistics.md; what it returns are the terms that find exactly the tickets behind the number.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Generic, ParamSpec

from helpdesk.reports.periods import Period
from helpdesk.tickets.criteria import Term
from helpdesk.tickets.criteria.hours import WEEKDAYS
from helpdesk.tickets.criteria.stretches import minute

P = ParamSpec("P")
Terms = tuple[Term, ...]

COUNTED: Terms = (Term("is", ("merged",), is_negated=True),)
"""Whatever is counted: lists leave deleted tickets out by themselves."""

AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""Where one age of open tickets ends and the next begins."""


@dataclass(frozen=True, slots=True)
class Measure(Generic[P]):
    """A number: its name on the page, what it means, and the terms of the tickets it counts."""

    title: str
    meaning: str
    terms: Callable[P, Terms]

    def __call__(self, *args: P.args, **more: P.kwargs) -> Terms:
        return self.terms(*args, **more)


_known: dict[str, Measure[Any]] = {}
MEASURES: Mapping[str, Measure[Any]] = MappingProxyType(_known)
"""All of them by the name of their function, in the order of docs/statistics.md."""


def measure(title: str) -> Callable[[Callable[P, Terms]], Measure[P]]:
    """Make a function known, its docstring being the definition."""

    def know(terms: Callable[P, Terms]) -> Measure[P]:
        found = Measure(title, " ".join((inspect.getdoc(terms) or "").split()), terms)
        _known[terms.__name__] = found
        return found

    return know


@measure("Created")
def created(period: Period) -> Terms:
    """Tickets that were created in the period, whichever way they came. Deleted tickets, and tickets that were merged
    into another, are counted nowhere in the statistics.
    """
    return (Term("created", (period.value,)),)


@measure("Resolved")
def resolved(period: Period) -> Terms:
    """Tickets that were resolved in the period and are resolved or closed still; closing an unresolved ticket resolves
    it. A reopened ticket is not resolved: it leaves the number, and counts again, once, at the moment it is resolved
    again.
    """
    return (Term("resolved", (period.value,)),)


@measure("First answer")
def first_answer(period: Period) -> Terms:
    """Time from the creation of a ticket to the first public answer by staff, of tickets first answered in the period,
    by the clock, nights and weekends included. A ticket has one first answer: a reopened one gets no second. Internal
    notes answer nobody. Tickets without an answer have no such time and are in none of these numbers; those that are
    still open are counted as “without an answer”.
    """
    return (Term("responded", (period.value,)),)


@measure("Resolution")
def resolution(period: Period) -> Terms:
    """Time from the creation of a ticket to its resolution, of tickets that count as resolved in the period, by the
    clock, waiting for the customer included. Of a reopened ticket it is the time to the last resolution.
    """
    return (Term("resolved", (period.value,)),)


@measure("Open now")
def open_now() -> Terms:
    """Tickets that are open, in progress or waiting on the customer at this moment, whichever period is shown."""
    return (Term("is", ("open",)),)


@measure("Without an answer")
def unanswered() -> Terms:
    """Tickets open now that staff have not answered in public yet, whichever period is shown."""
    return (Term("is", ("open",)), Term("is", ("unanswered",)))


@measure("Overdue")
def overdue() -> Terms:
    """Tickets open now whose deadline has passed; without a deadline, those open for more than seven days."""
    return (Term("is", ("overdue",)),)


@measure("Age")
def open_by_age(place: int, moment: datetime) -> Terms:
    """Time since the creation of the tickets open now. A reopened ticket is as old as it is: its age does not begin
    anew.
    """
    terms = []
    if place < len(AGES):
        terms.append(Term("created", (minute(moment - AGES[place]),), ">="))
    if place > 0:
        terms.append(Term("created", (minute(moment - AGES[place - 1]),), "<"))
    return (*open_now(), *terms)


@measure("Status")
def open_by_status(status: str) -> Terms:
    """Tickets open now by where they stand."""
    return (Term("status", (status,)),)


@measure("Priority")
def open_by_priority(priority: str) -> Terms:
    """Tickets open now by how much they hurt."""
    return (*open_now(), Term("priority", (priority,)))


@measure("Busiest hours")
def hours(period: Period, weekday: int, hour: int) -> Terms:
    """Tickets created in the period, by weekday and hour of the desk's clock. When the clock is put back, the hour that
    comes twice takes the tickets of both; the one that is left out when it is put forward has none that day.
    """
    return (*created(period), Term("weekday", (WEEKDAYS[weekday - 1],)), Term("hour", (str(hour),)))


@measure("By assignee")
def of_assignee(address: str | None) -> Terms:
    """Tickets count for whoever has them now, not for who answered or resolved them: one that is handed over takes its
    numbers along.
    """
    return (Term("assignee", (address or "nobody",)),)


@measure("By team")
def of_team(name: str | None) -> Terms:
    """Tickets count for the team they are with now."""
    return (Term("team", (name or "none",)),)


PERCENTILES = (
    "Median: half of the tickets took no longer. p90: nine of ten took no longer. Mean: all times added up, divided by"
    " their number; a few very long ones move it, and not the median. Between two tickets the value is interpolated."
)
COMPARISON = (
    "Each period is compared with as many days directly before it. The last days of a period that lasts until today"
    " are not over: today counts as far as it has gone."
)
DAYS = "Days, weeks (from Monday on), months and hours are those of the desk's time zone, whoever reads the page."

FURTHER: Mapping[str, str] = MappingProxyType(
    {PERCENTILES: "Median, p90 and mean", COMPARISON: "Comparison", DAYS: "Days and hours"}
)
"""What holds for several numbers, and what it is about."""
