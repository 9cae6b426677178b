"""The statistics of a period as plain numbers, read in the analytics role."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from helpdesk.core import clock
from helpdesk.core.current import DatabaseRole
from helpdesk.core.row_security import acting_as
from helpdesk.reports import measures, statements, summed
from helpdesk.reports.figures import Figures, Flow, Happened, Statistics, Times
from helpdesk.reports.periods import Period
from helpdesk.reports.statements import Scope

Counts = Mapping[tuple[str, str | None], int]
__all__ = ["Figures", "Flow", "Statistics", "Times", "statistics"]


def statistics(session: Session, scope: Scope, period: Period) -> Statistics:
    """The numbers of these tickets in this period: from what is summed up where that answers, else from the tickets.

    Costs two statements to change the role and back, one for what is open, and two to five for what happened.
    """
    moment = clock.now().replace(second=0, microsecond=0)
    with acting_as(session, DatabaseRole.ANALYTICS), _planned_anew(session):
        rows = session.execute(statements.open_now(scope, moment)).all()
        happened = summed.happened(session, scope, period) or _read(session, scope, period)
    return _told(period, moment, happened, {(statements.OPEN_BY[what], key): n for what, key, n in rows})


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


def _read(session: Session, scope: Scope, period: Period) -> Happened:
    """What happened, ticket by ticket."""
    counted = session.execute(statements.counts(scope, period)).all()
    timed = session.execute(statements.times(scope, period)).all()
    known: Counts = {(row.what, row.key): row._mapping["count"] for row in counted}
    of_all = {row.what: _figures(row) for row in timed if row.what in (statements.ALL, statements.BEFORE)}
    return Happened(
        now=of_all[statements.ALL],
        before=of_all[statements.BEFORE],
        flows=[
            Flow(part, known.get(("created", str(place)), 0), known.get(("resolved", str(place)), 0))
            for place, part in enumerate(period.parts, 1)
        ],
        by_hour={
            (int(key) // 24 + 1, int(key) % 24): count for key, count in _by_key("hours", known).items()
        },
        assignees=_by_id(statements.OF_ASSIGNEE, timed),
        teams=_by_id(statements.OF_TEAM, timed),
    )


def _told(period: Period, moment: datetime, happened: Happened, known: Counts) -> Statistics:
    ages, by_status = len(measures.AGES), _by_key("status", known)
    whole = sum(by_status.values())
    return Statistics(
        period=period,
        moment=moment,
        now=happened.now.with_open(whole),
        before=happened.before.with_open(whole),
        flows=happened.flows,
        by_age=[known.get(("age", str(ages - place)), 0) for place in range(ages + 1)],
        by_status=by_status,
        by_priority=_by_key("priority", known),
        by_hour=happened.by_hour,
        unanswered=known.get(("unanswered", "true"), 0),
        overdue=known.get(("overdue", "true"), 0),
        assignees=_with_open(happened.assignees, "assignee", known),
        teams=_with_open(happened.teams, "team", known),
    )


def _with_open(
    groups: Mapping[int | None, Figures], what: str, known: Counts
) -> Mapping[int | None, Figures]:
    """The same people or teams with what they have open now, and whoever has nothing else."""
    found = {None if key is None else int(key): count for (kind, key), count in known.items() if kind == what}
    return {key: groups.get(key, Figures()).with_open(found.get(key, 0)) for key in {**groups, **found}}


def _by_key(what: str, known: Counts) -> Mapping[str, int]:
    return {key: count for (kind, key), count in known.items() if kind == what and key is not None}


def _by_id(what: int, timed: Sequence[Row[Any]]) -> Mapping[int | None, Figures]:
    return {row.key: _figures(row) for row in timed if row.what == what}


def _figures(row: Row[Any]) -> Figures:
    return Figures(
        created=row.created,
        first_answer=_times(row.answered_count, row.answered_percentiles, row.answered_mean),
        resolution=_times(row.resolved_count, row.resolved_percentiles, row.resolved_mean),
    )


def _times(count: int, percentiles: Sequence[float] | None, mean: float | None) -> Times:
    median, p90 = percentiles or (None, None)
    return Times(count, median, p90, mean)
