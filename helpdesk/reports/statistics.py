"""The statistics of a period as plain numbers, read in the analytics role."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from helpdesk.core import clock
from helpdesk.core.current import DatabaseRole
from helpdesk.core.row_security import acting_as
from helpdesk.reports import measures, statements
from helpdesk.reports.periods import Period
from helpdesk.reports.statements import Scope


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


def statistics(session: Session, scope: Scope, period: Period) -> Statistics:
    """The numbers of these tickets in this period. Costs two statements, and two to change the role and back."""
    moment = clock.now().replace(second=0, microsecond=0)
    with acting_as(session, DatabaseRole.ANALYTICS), _planned_anew(session):
        counted = session.execute(statements.counts(scope, period, moment)).all()
        timed = session.execute(statements.times(scope, period)).all()
    return _told(period, moment, counted, timed)


@contextmanager
def _planned_anew(session: Session) -> Iterator[None]:
    """No statement of the block is prepared: after some times PostgreSQL would keep one plan for a week and for ten
    years, for a team of one and for all, which took seconds for the other.
    """
    driver: Any = session.connection().connection.driver_connection
    before, driver.prepare_threshold = driver.prepare_threshold, None
    try:
        yield
    finally:
        driver.prepare_threshold = before


def _told(
    period: Period, moment: datetime, counted: Sequence[Row[Any]], timed: Sequence[Row[Any]]
) -> Statistics:
    known = {(row.what, row.key): row._mapping["count"] for row in counted}
    of_all = {row.what: _figures(row) for row in timed if row.what in (statements.ALL, statements.BEFORE)}
    ages = len(measures.AGES)
    return Statistics(
        period=period,
        moment=moment,
        now=of_all[statements.ALL],
        before=of_all[statements.BEFORE],
        flows=[
            Flow(
                part,
                known.get(("created", str(place)), 0),
                known.get(("resolved", str(place)), 0),
            )
            for place, part in enumerate(period.parts, 1)
        ],
        by_age=[known.get(("age", str(ages - place)), 0) for place in range(ages + 1)],
        by_status=_by_key("status", known),
        by_priority=_by_key("priority", known),
        by_hour={
            (int(key) // 24 + 1, int(key) % 24): count for key, count in _by_key("hours", known).items()
        },
        unanswered=known.get(("unanswered", None), 0),
        overdue=known.get(("overdue", None), 0),
        assignees=_by_id(statements.OF_ASSIGNEE, timed),
        teams=_by_id(statements.OF_TEAM, timed),
    )


def _by_key(what: str, known: Mapping[tuple[str, Any], int]) -> Mapping[str, int]:
    return {key: count for (kind, key), count in known.items() if kind == what}


def _by_id(what: int, timed: Sequence[Row[Any]]) -> Mapping[int | None, Figures]:
    return {row.key: _figures(row) for row in timed if row.what == what}


def _figures(row: Row[Any]) -> Figures:
    return Figures(
        created=row.created,
        open_now=row.open_now,
        first_answer=_times(row.answered_count, row.answered_percentiles, row.answered_mean),
        resolution=_times(row.resolved_count, row.resolved_percentiles, row.resolved_mean),
    )


def _times(count: int, percentiles: Sequence[float] | None, mean: float | None) -> Times:
    median, p90 = percentiles or (None, None)
    return Times(count, median, p90, mean)
