"""The two statements of the statistics: what is counted, how long things took. They read what analytics may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    DateTime,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from helpdesk.accounts.models import User
from helpdesk.reports import measures
from helpdesk.reports.periods import Period
from helpdesk.tickets.criteria import Query, conditions
from helpdesk.tickets.criteria.hours import local_hour, local_weekday
from helpdesk.tickets.models import Ticket

PERCENTILES = (0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets are counted, and who asks; days are days of `zone`."""

    tickets: Select[Ticket]
    user: User
    zone: ZoneInfo

    def met(self, terms: measures.Terms) -> ColumnElement[bool]:
        """The terms of a measure as a condition: the same that its list is found by."""
        return and_(*conditions(Query(terms), self.user, zone=self.zone))

    def those(self, terms: measures.Terms) -> Select[Ticket]:
        return self.tickets.where(self.met(terms))


def counts(scope: Scope, period: Period, moment: datetime) -> CompoundSelect[Any]:
    """Rows of `what`, `key`, `hour` and `count`: parts of the period by their place, open tickets by what they are,
    created ones by weekday and hour.
    """
    created, resolved, is_open = (
        scope.those(terms)
        for terms in (measures.created(period), measures.resolved(period), measures.open_now())
    )
    borders = [part.start for part in period.parts]
    ages = [moment - age for age in reversed(measures.AGES)]
    return union_all(
        _counted("created", created, _place(Ticket.created_at, borders)),
        _counted("resolved", resolved, _place(Ticket.resolved_at, borders)),
        _counted("hours", created, local_weekday(scope.zone.key), local_hour(scope.zone.key)),
        _counted("status", is_open, Ticket.status),
        _counted("priority", is_open, Ticket.priority),
        _counted("age", is_open, _place(Ticket.created_at, ages)),
        _counted("unanswered", scope.those(measures.unanswered())),
        _counted("overdue", scope.those(measures.overdue())),
    )


def times(scope: Scope, period: Period) -> CompoundSelect[Any]:
    """Rows of `what` (all, before, assignee, team), `key` (whose) and a number in each further column."""
    return union_all(
        _timed(scope, period, "all"),
        _timed(scope, period.before, "before"),
        _timed(scope, period, "assignee", Ticket.assignee_id),
        _timed(scope, period, "team", Ticket.team_id),
    )


def _counted(what: str, tickets: Select[Ticket], *keys: Any) -> Select[*tuple[Any, ...]]:
    key: Any = cast(keys[0], Text) if keys else cast(null(), Text)
    hour: Any = cast(keys[1], Text) if len(keys) > 1 else cast(null(), Text)
    columns = (literal(what).label("what"), key.label("key"), hour.label("hour"), func.count().label("count"))
    return tickets.with_only_columns(*columns).group_by(*keys)


def _place(column: SQLColumnExpression[Any], borders: list[datetime]) -> ColumnElement[int]:
    """Behind how many of these rising moments it lies, counting those it lies on."""
    return func.width_bucket(column, literal(borders, ARRAY(DateTime(timezone=True))))


def _timed(
    scope: Scope, period: Period, what: str, key: SQLColumnExpression[Any] | None = None
) -> Select[*tuple[Any, ...]]:
    is_created, is_answered, is_resolved, is_open = (
        scope.met(terms)
        for terms in (
            measures.created(period),
            measures.first_answer(period),
            measures.resolution(period),
            measures.open_now(),
        )
    )
    columns = (
        literal(what).label("what"),
        cast(null() if key is None else key, Text).label("key"),
        func.count().filter(is_created).label("created"),
        func.count().filter(is_open).label("open_now"),
        *_spread("answered", Ticket.first_responded_at, is_answered),
        *_spread("resolved", Ticket.resolved_at, is_resolved),
    )
    concerned = scope.tickets.where(or_(is_created, is_answered, is_resolved, is_open))
    found = concerned.with_only_columns(*columns)
    return found if key is None else found.group_by(key)


def _spread(name: str, column: SQLColumnExpression[Any], applies: ColumnElement[bool]) -> Iterable[Any]:
    """How many, and how long they took in seconds: percentiles (an array) and mean, null where there are none."""
    seconds = func.date_part("epoch", column - Ticket.created_at)
    percentiles = func.percentile_cont(array(PERCENTILES)).within_group(seconds)
    yield func.count().filter(applies).label(f"{name}_count")
    yield percentiles.filter(applies).label(f"{name}_percentiles")
    yield func.avg(seconds).filter(applies).label(f"{name}_mean")
