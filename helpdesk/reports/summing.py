"""Keeping the sums of the statistics: all anew, or what changed since.

Each is one statement, so that changes are taken exactly as far as the tickets they tell of are seen. Writers wait for
nothing: what they change meanwhile stays a change.
"""

# ruff: noqa: S608 — statements are put together from parts that stand here, with every value bound

from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    Double,
    bindparam,
    delete,
    select,
    text,  # noqa: TID251 — reads no ticket for anybody and writes none: sums of all, kept by the owner
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from helpdesk.core import clock
from helpdesk.reports.histograms import DIGITS, EDGES, SHAPE
from helpdesk.reports.models import statistics_hours, statistics_state, statistics_sums

HAPPENINGS = """
select sign, kind, moment, coalesce(assignee_id, 0) as assignee_id, coalesce(team_id, 0) as team_id,
  case when kind <> 'created' then date_part('epoch', moment - created_at) end as seconds
from {source}
cross join lateral (
  values ('created', created_at), ('answered', first_responded_at), ('resolved', resolved_at)
) as happened (kind, moment)
where moment is not null"""
"""What happened to tickets, with its sign; its seconds are those since the creation."""

ADDED_UP = f"""
sum(sign) as tickets,
coalesce(sum(sign * round(seconds * 1000000)::numeric), 0) as microseconds,
coalesce(sum(sign * ('1' || repeat('0', {DIGITS} * width_bucket(seconds, :edges)))::numeric), 0) as histogram"""

_COUNTED = "(select 1 as sign, * from tickets where deleted_at is null and merged_into_id is null) as counted"
_SPANS = """
select happenings.*, span, date_trunc(span, moment at time zone :zone)::date as starts_on
from happenings cross join (values ('day'), ('month')) as spans (span)"""
_HOURS = """
insert into statistics_hours as kept (kind, happened_on, hour, tickets)
select kind, (moment at time zone :zone)::date, date_part('hour', moment at time zone :zone)::bigint, sum(sign)
from happenings where kind <> 'answered' group by 1, 2, 3"""
_CELL = "span, starts_on, kind, assignee_id, team_id"

_ALL = f"""
with forgotten as (delete from statistics_changes),
  happenings as materialized ({HAPPENINGS.format(source=_COUNTED)}),
  hours as ({_HOURS})
insert into statistics_sums ({_CELL}, tickets, microseconds, histogram, seconds)
select {_CELL}, {ADDED_UP}, coalesce(array_agg(seconds order by seconds) filter (where seconds is not null), '{{}}')
from ({_SPANS}) as spans group by {_CELL}"""

_CHANGED = f"""
with taken as (delete from statistics_changes returning *),
  happenings as materialized ({HAPPENINGS.format(source="taken")}),
  hours as ({_HOURS} on conflict (kind, happened_on, hour) do update set tickets = kept.tickets + excluded.tickets),
  changed as (
    select {_CELL}, {ADDED_UP},
      array_agg(seconds) filter (where sign = 1 and seconds is not null) as added,
      array_agg(seconds) filter (where sign = -1 and seconds is not null) as removed
    from ({_SPANS}) as spans group by {_CELL})
insert into statistics_sums as kept ({_CELL}, tickets, microseconds, histogram, seconds)
select {_CELL}, changed.tickets + coalesce(old.tickets, 0), changed.microseconds + coalesce(old.microseconds, 0),
  changed.histogram + coalesce(old.histogram, 0),
  array(
    select one from (
      select unnest(old.seconds) as one union all select unnest(added) except all select unnest(removed)) as left_over
    order by one)
from changed left join statistics_sums as old using ({_CELL})
on conflict ({_CELL}) do update set tickets = excluded.tickets, microseconds = excluded.microseconds,
  histogram = excluded.histogram, seconds = excluded.seconds"""

EDGES_OF_CLASSES = bindparam("edges", list(EDGES), ARRAY(Double))
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('helpdesk.statistics', 0))")


def sum_up(connection: Connection, zone: ZoneInfo) -> None:
    """Have sums of this clock's days: what changed is added; where there are none of them yet, all are made."""
    connection.execute(_ALONE)
    state = connection.execute(select(statistics_state.c.zone, statistics_state.c.shape)).one_or_none()
    if state == (zone.key, SHAPE):
        _run(connection, _CHANGED, zone)
        return
    connection.execute(delete(statistics_sums))
    connection.execute(delete(statistics_hours))
    _run(connection, _ALL, zone)
    now = {"zone": zone.key, "shape": SHAPE, "built_at": clock.now()}
    made = insert(statistics_state).values(id=1, **now)
    connection.execute(made.on_conflict_do_update(index_elements=["id"], set_=now))


def _run(connection: Connection, statement: str, zone: ZoneInfo) -> None:
    connection.execute(text(statement).bindparams(EDGES_OF_CLASSES), {"zone": zone.key})
