"""The numbers of a period as they are told, however they were counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from helpdesk.reports.periods import Period


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds; None where it never happened."""

    count: int = 0
    median: float | None = None
    p90: float | None = None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of a period: of all tickets, or of those that one person or team has. `open_now` is of no period."""

    created: int = 0
    open_now: int = 0
    first_answer: Times = Times()
    resolution: Times = Times()

    @property
    def resolved(self) -> int:
        return self.resolution.count

    def with_open(self, count: int) -> "Figures":
        return replace(self, open_now=count)


@dataclass(frozen=True, slots=True)
class Flow:
    """How many came and went in one part of the period."""

    part: Period
    created: int
    resolved: int

    @property
    def net(self) -> int:
        """By how many the desk is further behind (above 0) or ahead."""
        return self.created - self.resolved


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened in a period, and in the one before."""

    now: Figures
    before: Figures
    flows: Sequence[Flow]
    by_hour: Mapping[tuple[int, int], int]
    assignees: Mapping[int | None, Figures]
    teams: Mapping[int | None, Figures]


@dataclass(frozen=True, slots=True)
class Statistics:
    """`moment` is the minute that ages are told for. None as assignee or team is nobody and no team."""

    period: Period
    moment: datetime
    now: Figures
    before: Figures
    flows: Sequence[Flow]
    by_age: Sequence[int]
    by_status: Mapping[str, int]
    by_priority: Mapping[str, int]
    by_hour: Mapping[tuple[int, int], int]
    unanswered: int
    overdue: int
    assignees: Mapping[int | None, Figures]
    teams: Mapping[int | None, Figures]
