"""The statistics counted again in plain Python, ticket by ticket, as somebody who knows the desk would."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk.reports.periods import Period
from helpdesk.reports.statistics import Figures, Times

OPEN = ("open", "in_progress", "waiting_on_customer")


@dataclass(frozen=True, slots=True)
class Fact:
    """One ticket."""

    created_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None
    status: str
    priority: str
    assignee: str | None
    team: str | None
    organization: str | None
    tags: frozenset[str]
    due_at: datetime | None
    is_deleted: bool
    is_merged: bool

    @property
    def is_counted(self) -> bool:
        return not self.is_deleted and not self.is_merged

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


def happened(moment: datetime | None, first: date, last: date, zone: ZoneInfo) -> bool:
    """Whether the desk's calendar showed one of these days."""
    return moment is not None and first <= moment.astimezone(zone).date() <= last


def figures(facts: Iterable[Fact], period: Period) -> Figures:
    def those(when: Callable[[Fact], datetime | None]) -> list[Fact]:
        return [fact for fact in known if happened(when(fact), period.first, period.last, period.zone)]

    known = list(facts)
    return Figures(
        created=len(those(lambda fact: fact.created_at)),
        open_now=sum(fact.is_open for fact in known),
        first_answer=times(
            [
                (fact.answered_at - fact.created_at).total_seconds()
                for fact in those(lambda fact: fact.answered_at)
                if fact.answered_at
            ]
        ),
        resolution=times(
            [
                (fact.resolved_at - fact.created_at).total_seconds()
                for fact in those(lambda fact: fact.resolved_at)
                if fact.resolved_at
            ]
        ),
    )


def times(seconds: Sequence[float]) -> Times:
    if not seconds:
        return Times()
    return Times(len(seconds), at(seconds, 0.5), at(seconds, 0.9), sum(seconds) / len(seconds))


def at(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies; between two of them on the straight line from one to the other."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def flows(facts: Sequence[Fact], period: Period) -> list[tuple[int, int]]:
    return [
        (
            sum(happened(fact.created_at, part.first, part.last, period.zone) for fact in facts),
            sum(happened(fact.resolved_at, part.first, part.last, period.zone) for fact in facts),
        )
        for part in period.parts
    ]


def ages(facts: Iterable[Fact], moment: datetime) -> list[int]:
    found = [0] * 5
    for fact in facts:
        if fact.is_open:
            days = (moment - fact.created_at) / timedelta(days=1)
            found[sum(days > border for border in (1, 3, 7, 30))] += 1
    return found


def by_hour(facts: Iterable[Fact], period: Period) -> Counter[tuple[int, int]]:
    walls = [
        fact.created_at.astimezone(period.zone)
        for fact in facts
        if happened(fact.created_at, period.first, period.last, period.zone)
    ]
    return Counter((wall.isoweekday(), wall.hour) for wall in walls)


def overdue(facts: Iterable[Fact], now: datetime) -> int:
    return sum(fact.is_open and (fact.due_at or fact.created_at + timedelta(days=7)) < now for fact in facts)
