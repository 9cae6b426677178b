"""What happened in a period, from the sums and what changed since: the same numbers as from the tickets themselves.

Percentiles take two steps: histograms tell in which class of times they lie, then their neighbours are found by rank
among the times of that class alone.
"""

# ruff: noqa: S608 — statements are put together from parts that stand here, with every value bound

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Row,
    text,  # noqa: TID251 — reads no ticket, but sums of all, in the analytics role
)
from sqlalchemy.orm import Session

from helpdesk.reports.figures import Figures, Flow, Happened, Times
from helpdesk.reports.histograms import SHAPE, Sought, sought
from helpdesk.reports.periods import DAY, Period
from helpdesk.reports.statements import ALL, BEFORE, OF_ASSIGNEE, OF_TEAM, PERCENTILES, Scope
from helpdesk.reports.summing import ADDED_UP, EDGES_OF_CLASSES, HAPPENINGS

Key = tuple[int, int | None, str]
"""What a number is about (as a row of `times` says), whose it is, and what happened."""

_HAPPENINGS = HAPPENINGS.format(source="statistics_changes")
_HOURS = text(f"""
with happenings as materialized ({_HAPPENINGS} and moment >= :start and moment < :end and kind <> 'answered'),
  hours as (
    select kind, happened_on, hour, tickets from statistics_hours where happened_on between :first and :last
    union all
    select kind, (moment at time zone :zone)::date, date_part('hour', moment at time zone :zone)::bigint, sign
    from happenings)
select kind, happened_on, date_part('isodow', happened_on)::bigint * 100 + hour as hour_of_week, sum(tickets)::bigint
from hours group by grouping sets ((kind, happened_on), (kind, date_part('isodow', happened_on)::bigint * 100 + hour))
union all
select 'state', null, count(*), null from statistics_state where zone = :zone and shape = :shape""")
_CELLS = f"""
with happenings as materialized ({_HAPPENINGS} and moment >= :earliest and moment < :latest),
  spans as (
    select * from jsonb_to_recordset(cast(:spans as jsonb)) as r (which bigint, span text, first date, last date)),
  changed as (
    select case when moment < :start then {BEFORE} else {ALL} end as which, kind, assignee_id, team_id, {{changed}}
    from happenings {{by}})"""
# `offset 0`: one span after the other by the index, whatever the planner thinks of their number
_KEPT = """select which, found.* from spans cross join lateral (
      select kind, assignee_id, team_id, {columns} from statistics_sums as s
      where s.span = spans.span and s.starts_on between first and last {those} offset 0) as found"""
_SUMS = text(f"""
{_CELLS.format(changed=ADDED_UP, by="group by 1, 2, 3, 4")},
  cells as (
    {_KEPT.format(columns="tickets, microseconds, histogram", those="")}
    union all
    select * from changed),
  whole as materialized (
    select which, kind, assignee_id, team_id,
      sum(tickets) as tickets, sum(microseconds) as microseconds, sum(histogram) as histogram
    from cells group by 1, 2, 3, 4)
select grouping(assignee_id, team_id) as what, coalesce(assignee_id, team_id) as whose, kind,
  sum(tickets)::bigint as tickets, sum(microseconds) as microseconds, sum(histogram)::text as histogram
from whole where which = {ALL} group by kind, grouping sets ((), (assignee_id), (team_id))
union all
select {BEFORE}, null, kind, sum(tickets)::bigint, sum(microseconds), sum(histogram)::text
from whole where which = {BEFORE} group by kind""")
# Each time with its sign: what was taken away since stands there twice, once as -1, and is left out where there is any.
# Times joined to nothing are read from their storage once, not for each of the numbers that they are part of. What is
# unnested in the list of columns is not stored in between.
_NEIGHBOURS = text(f"""
{_CELLS.format(changed="seconds, sign", by="where seconds is not null")},
  sought as materialized (
    select * from jsonb_to_recordset(cast(:sought as jsonb)) as r
      (place bigint, what bigint, whose bigint, kind text, above float8, through float8, low bigint, high bigint)),
  cells as ({_KEPT.format(columns="seconds || '{}'::float8[] as seconds", those="and s.kind <> 'created'")}),
  times as (
    select place, unnest(seconds[width_bucket(above, seconds) + 1 : width_bucket(through, seconds)]) as one, 1 as sign
    from cells cross join lateral (
      values (which, 0), ({OF_ASSIGNEE}, assignee_id), ({OF_TEAM}, team_id)) as told (what, whose)
    join sought on sought.kind = cells.kind and sought.what = told.what and sought.whose = told.whose
    where told.what = which or which = {ALL}
    union all
    select place, seconds, sign from sought join changed using (kind)
    where seconds > above and seconds <= through and which = case what when {BEFORE} then {BEFORE} else {ALL} end
      and (what in ({ALL}, {BEFORE}) or what = {OF_ASSIGNEE} and whose = assignee_id
        or what = {OF_TEAM} and whose = team_id)),
  gathered as materialized (
    select place, array_agg(one order by one) filter (where sign = 1) as there,
      array_agg(one) filter (where sign = -1) as gone
    from times group by place),
  ranked as (
    select place, there from gathered where gone is null
    union all
    select place, array(
      select one from (select unnest(there) as one except all select unnest(gone)) as left_over order by one)
    from gathered where gone is not null)
select place, there[low + 1], there[high + 1], cardinality(there) from ranked join sought using (place)""")


def happened(session: Session, scope: Scope, period: Period) -> Happened | None:
    """None where sums do not answer: a filter, days of another clock than they are of, or none are there yet. Also
    where tickets changed between two of the statements, so that numbers of before and after would be mixed.
    """
    if not scope.is_whole or not _are_days_of_the_clock(period):
        return None
    known = _parameters(period)
    hours = session.execute(_HOURS, {**known, "shape": SHAPE}).all()
    if not any(kind == "state" and count for kind, _day, count, _n in hours):
        return None
    rows = session.execute(_SUMS.bindparams(EDGES_OF_CLASSES), known).all()
    percentiles = _percentiles(session, rows, known)
    return None if percentiles is None else _told(period, hours, rows, percentiles)


def _parameters(period: Period) -> Mapping[str, Any]:
    before = period.before
    spans = [*_spans(ALL, period), *_spans(BEFORE, before)]
    return {
        "zone": period.zone.key,
        "first": period.first,
        "last": period.last,
        "earliest": before.start,
        "start": period.start,
        "latest": period.end,
        "end": period.end,
        "spans": json.dumps(spans, default=str),
    }


def _spans(which: int, period: Period) -> Iterable[Mapping[str, Any]]:
    """The whole months of a period, and the days before and behind them."""
    first_month = (period.first - DAY).replace(day=1) + timedelta(days=31)
    first_month = first_month.replace(day=1)
    behind = (period.last + DAY).replace(day=1)
    if first_month >= behind:
        parts = [("day", period.first, period.last)]
    else:
        parts = [
            ("day", period.first, first_month - DAY),
            ("month", first_month, behind - DAY),
            ("day", behind, period.last),
        ]
    for span, first, last in parts:
        if first <= last:
            yield {"which": which, "span": span, "first": first, "last": last}


def _percentiles(
    session: Session, rows: Sequence[Row[Any]], known: Mapping[str, Any]
) -> Mapping[Key, Sequence[float]] | None:
    """Of each number that has times; None where they are not those of the histograms any more."""
    wanted: list[tuple[Key, Sought]] = [
        ((row.what, row.whose, row.kind), each)
        for row in rows
        if row.kind != "created" and row.tickets > 0
        for each in sought(row.histogram, PERCENTILES)
    ]
    if not wanted:
        return {}
    asked = [
        {
            "low": each.low,
            "high": each.high,
            "above": str(each.above),
            "through": str(each.through),
            "place": place,
            "what": what,
            "whose": whose or 0,
            "kind": kind,
        }
        for place, ((what, whose, kind), each) in enumerate(wanted)
    ]
    found = {
        place: (low, high, count)
        for place, low, high, count in session.execute(_NEIGHBOURS, {**known, "sought": json.dumps(asked)})
    }
    percentiles: dict[Key, list[float]] = {}
    for place, (key, each) in enumerate(wanted):
        low, high, count = found.get(place, (None, None, 0))
        if count != each.tickets:
            return None
        percentiles.setdefault(key, []).append(low + (high - low) * each.share)
    return percentiles


def _told(
    period: Period,
    hours: Sequence[Row[Any]],
    rows: Sequence[Row[Any]],
    percentiles: Mapping[Key, Sequence[float]],
) -> Happened:
    of_one: dict[tuple[int, int | None], dict[str, Times]] = {}
    for row in rows:
        if row.tickets > 0:
            median, p90 = percentiles.get((row.what, row.whose, row.kind), (None, None))
            mean = float(row.microseconds / row.tickets) / 1_000_000 if row.kind != "created" else None
            of_one.setdefault((row.what, row.whose), {})[row.kind] = Times(row.tickets, median, p90, mean)
    found = {key: _figures(times) for key, times in of_one.items()}

    def by_id(what: int) -> Mapping[int | None, Figures]:
        return {whose or None: figures for (about, whose), figures in found.items() if about == what}

    return Happened(
        now=found.get((ALL, None), Figures()),
        before=found.get((BEFORE, None), Figures()),
        flows=_flows(period, hours),
        by_hour={
            divmod(hour, 100): count
            for kind, _day, hour, count in map(tuple, hours)
            if kind == "created" and hour is not None and count
        },
        assignees=by_id(OF_ASSIGNEE),
        teams=by_id(OF_TEAM),
    )


def _figures(times: Mapping[str, Times]) -> Figures:
    return Figures(
        created=times.get("created", Times()).count,
        first_answer=times.get("answered", Times()),
        resolution=times.get("resolved", Times()),
    )


def _flows(period: Period, hours: Sequence[Row[Any]]) -> Sequence[Flow]:
    counts: Counter[tuple[str, date]] = Counter()
    firsts = [part.first for part in period.parts]
    for kind, day, _hour, count in map(tuple, hours):
        if day is not None:
            counts[kind, firsts[bisect_right(firsts, day) - 1]] += count
    return [
        Flow(part, counts["created", part.first], counts["resolved", part.first]) for part in period.parts
    ]


def _are_days_of_the_clock(period: Period) -> bool:
    """Whether each day is all that the clock shows its date at. Where it is put back from shortly after midnight, it
    shows yesterday's date again, and the end of a day is counted with the next one.
    """
    years = range(period.before.first.year, (period.last + DAY).year + 1)
    return not any(_shows_a_date_twice(year, period.zone) for year in years)


@lru_cache(maxsize=1024)
def _shows_a_date_twice(year: int, zone: ZoneInfo) -> bool:
    first = date(year, 1, 1)
    return any(_shows_yesterday_again(first + timedelta(days=place), zone) for place in range(366))


def _shows_yesterday_again(day: date, zone: ZoneInfo) -> bool:
    midnight = datetime.combine(day, time.min, zone)
    again = midnight.replace(fold=1).astimezone(UTC)
    if midnight.utcoffset() == midnight.replace(fold=1).utcoffset() or again < midnight.astimezone(UTC):
        return False
    return (again - timedelta(microseconds=1)).astimezone(zone).date() < day
