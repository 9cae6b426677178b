"""The statements of the statistics that read tickets: what is counted, how long things took, what is open. They read
what analytics may.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    DateTime,
    Select,
    SQLColumnExpression,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from helpdesk.accounts.models import User
from helpdesk.reports import measures
from helpdesk.reports.periods import Period
from helpdesk.tickets.criteria import Query, conditions
from helpdesk.tickets.criteria.hours import local_hour_of_week
from helpdesk.tickets.models import Ticket

PERCENTILES = (0.5, 0.9)

OF_ASSIGNEE, OF_TEAM, ALL, BEFORE = 1, 2, 3, 4
"""What a row of `times` is about: as PostgreSQL's grouping() tells, which sets a bit for each key that is left out."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets are counted, and who asks; days are days of `zone`."""

    tickets: Select[Ticket]
    user: User
    zone: ZoneInfo
    is_whole: bool = False
    """Every ticket of the desk that counts, so that sums of all of them answer as well."""

    def met(self, terms: measures.Terms) -> ColumnElement[bool]:
        """The terms of a measure as a condition: the same that its list is found by."""
        return and_(*conditions(Query(terms), self.user, zone=self.zone))

    def those(self, terms: measures.Terms) -> Select[Ticket]:
        return self.tickets.where(self.met(terms))


def counts(scope: Scope, period: Period) -> CompoundSelect[Any]:
    """Rows of `what`, `key`, `count`: parts of the period by their place, created tickets by the hour of the week."""
    created, resolved = (
        scope.those(terms) for terms in (measures.created(period), measures.resolved(period))
    )
    borders = [part.start for part in period.parts]
    return union_all(
        _counted("created", created, _place(Ticket.created_at, borders)),
        _counted("resolved", resolved, _place(Ticket.resolved_at, borders)),
        _counted("hours", created, local_hour_of_week(scope.zone.key)),
    )


def open_now(scope: Scope, moment: datetime) -> Select[*tuple[Any, ...]]:
    """Rows of `what` (a bit of OPEN_BY), `key` and `count`: the tickets open now, read once, by each thing they are."""
    ages = [moment - age for age in reversed(measures.AGES)]
    columns = {
        "status": cast(Ticket.status, Text),
        "priority": cast(Ticket.priority, Text),
        "age": cast(_place(Ticket.created_at, ages), Text),
        "unanswered": cast(scope.met(measures.unanswered()), Text),
        "overdue": cast(scope.met(measures.overdue()), Text),
        "assignee": cast(Ticket.assignee_id, Text),
        "team": cast(Ticket.team_id, Text),
    }
    found = (
        scope.those(measures.open_now())
        .with_only_columns(*(column.label(name) for name, column in columns.items()))
        .subquery()
    )
    by = [found.c[name] for name in columns]
    return select(
        func.grouping(*by).label("what"), func.coalesce(*by).label("key"), func.count().label("count")
    ).group_by(func.grouping_sets(*(tuple_(each) for each in by)))


_OPEN_NAMES = ("status", "priority", "age", "unanswered", "overdue", "assignee", "team")
OPEN_BY = {
    (1 << len(_OPEN_NAMES)) - 1 - (1 << place): name for place, name in enumerate(reversed(_OPEN_NAMES))
}
"""What a row of `open_now` is about, by PostgreSQL's grouping() of it."""


def times(scope: Scope, period: Period) -> CompoundSelect[Any]:
    """Rows of `what` (ALL, BEFORE, OF_ASSIGNEE, OF_TEAM), `key` (whose) and a number in each further column."""
    now, before = _lives(scope, period), _lives(scope, period.before)
    by = (now.c.assignee_id, now.c.team_id)
    columns = (func.grouping(*by).label("what"), func.coalesce(*by).label("key"), *_numbers(now))
    grouped = select(*columns).group_by(func.grouping_sets(tuple_(), *(tuple_(each) for each in by)))
    earlier = select(literal(BEFORE).label("what"), cast(null(), BigInteger).label("key"), *_numbers(before))
    return union_all(grouped, earlier)


def _counted(what: str, tickets: Select[Ticket], key: Any) -> Select[*tuple[Any, ...]]:
    """One row for each value of the key."""
    columns = (literal(what).label("what"), cast(key, Text).label("key"), func.count().label("count"))
    return tickets.with_only_columns(*columns).group_by(key)


def _place(column: SQLColumnExpression[Any], borders: list[datetime]) -> ColumnElement[int]:
    """Behind how many of these rising moments it lies, counting those it lies on."""
    return func.width_bucket(column, literal(borders, ARRAY(DateTime(timezone=True))))


def _lives(scope: Scope, period: Period) -> Subquery:
    """What happened in the period, a row for each ticket that something did happen to.

    Times are computed once and are null where they do not count: aggregates pass over null, which is faster than
    any filter.
    """
    is_created, is_answered, is_resolved = (
        scope.met(terms)
        for terms in (measures.created(period), measures.first_answer(period), measures.resolution(period))
    )
    columns = (
        Ticket.assignee_id,
        Ticket.team_id,
        is_created.label("is_created"),
        _seconds(Ticket.first_responded_at, is_answered).label("answered"),
        _seconds(Ticket.resolved_at, is_resolved).label("resolved"),
    )
    concerned = scope.tickets.where(or_(is_created, is_answered, is_resolved))
    return concerned.with_only_columns(*columns).subquery()


def _seconds(column: SQLColumnExpression[Any], applies: ColumnElement[bool]) -> ColumnElement[float]:
    return case((applies, func.date_part("epoch", column - Ticket.created_at)))


def _numbers(lives: Subquery) -> Iterable[Any]:
    """How many, and how long they took in seconds: percentiles (an array) and mean, null where there are none."""
    yield func.count().filter(lives.c.is_created).label("created")
    for name in ("answered", "resolved"):
        seconds = lives.c[name]
        yield func.count(seconds).label(f"{name}_count")
        yield func.percentile_cont(array(PERCENTILES)).within_group(seconds).label(f"{name}_percentiles")
        yield func.avg(seconds).label(f"{name}_mean")
