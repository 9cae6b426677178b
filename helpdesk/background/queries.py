"""What the queue holds and who works on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from helpdesk.background.models import JobError
from helpdesk.background.tables import JobStatus, databases, held_locks, moments, queued, steps, workers
from helpdesk.core import clock
from helpdesk.core.db import db

LIFELINE = 1_212_435_287
"""Class of the advisory locks that living workers hold, one each, by their id."""

NO_ERROR = "This version of the program has no such job."  # the one way to fail without having run


def jobs() -> Select[*tuple[Any, ...]]:
    """Every job the queue still knows: id, name, arguments, attempts, status, scheduled_at, error (of the last
    attempt; null while none failed), changed_at (when its status last changed)."""
    last = select(JobError.error).where(JobError.job_id == queued.c.id).order_by(JobError.id.desc()).limit(1)
    changed = select(func.max(steps.c.at)).where(steps.c.job_id == queued.c.id)
    return select(
        queued.c.id,
        queued.c.task_name.label("name"),
        queued.c.args.label("arguments"),
        queued.c.attempts,
        queued.c.status,
        queued.c.scheduled_at,
        func.coalesce(last.scalar_subquery(), case((queued.c.status == "failed", NO_ERROR))).label("error"),
        changed.scalar_subquery().label("changed_at"),
    )


def failed_jobs() -> Select[*tuple[Any, ...]]:
    """Jobs that gave up, with the columns of `jobs`."""
    return jobs().where(queued.c.status == "failed")


def mentioning(jobs: Select[*tuple[Any, ...]], text: str) -> Select[*tuple[Any, ...]]:
    """Those with this number, or in whose name or errors the text occurs."""
    said = exists().where(JobError.job_id == queued.c.id, JobError.error.icontains(text, autoescape=True))
    ways = [queued.c.task_name.icontains(text, autoescape=True), said]
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit() and int(number) < 2**63:
        ways.append(queued.c.id == int(number))
    return jobs.where(or_(*ways))


def failed_kinds() -> ColumnElement[Any]:
    """How many jobs of each name gave up: one JSON column."""
    counted = (
        select(queued.c.task_name, func.count().label("count"))
        .where(queued.c.status == "failed")
        .group_by(queued.c.task_name)
        .subquery()
    )
    by_name = func.jsonb_object_agg(counted.c.task_name, counted.c.count, type_=JSONB())
    return select(func.coalesce(by_name, literal({}, JSONB()))).scalar_subquery()


def last_recurrences() -> Select[str, int, str | None]:
    """When each recurring job was last asked for by the clock: task_name, defer_timestamp (seconds since 1970), and
    the status of that job (null: tidied away since)."""
    return (
        select(moments.c.task_name, moments.c.defer_timestamp, queued.c.status)
        .select_from(moments.outerjoin(queued, queued.c.id == moments.c.job_id))
        .ext(distinct_on(moments.c.task_name))
        .order_by(moments.c.task_name, moments.c.defer_timestamp.desc())
    )


def queue_state() -> Select[int, int, int, datetime | None]:
    """How many jobs wait, run, and gave up, and when a living worker was last heard of: waiting, running, failed,
    worker_seen_at."""
    waits, runs, gave_up = (queued.c.status == status for status in ("todo", "doing", "failed"))
    return select(
        func.count().filter(waits).label("waiting"),
        func.count().filter(runs).label("running"),
        func.count().filter(gave_up).label("failed"),
        _last_heartbeat().scalar_subquery().label("worker_seen_at"),
    ).where(queued.c.status.in_(["todo", "doing", "failed"]))


def errors_of(job_id: int) -> Select[JobError]:
    """Every failed attempt of one job, the last first."""
    return select(JobError).where(JobError.job_id == job_id).order_by(JobError.id.desc())


def worker_seen_at() -> datetime | None:
    """When a worker that still lives was last heard of; None where none lives. Costs one statement."""
    last: datetime | None = db.session.scalar(_last_heartbeat())
    return last


def _last_heartbeat() -> Select[datetime | None]:
    return select(func.max(workers.c.last_heartbeat)).where(is_alive(workers.c.id))


def stalled_jobs() -> Select[int, int]:
    """Jobs in the hands of a worker that is gone: id, attempts."""
    doing = literal(
        "doing", JobStatus, literal_execute=True
    )  # read often: known to the planner, an index fits
    return select(queued.c.id, queued.c.attempts).where(
        queued.c.status == doing, queued.c.worker_id.is_(None) | ~is_alive(queued.c.worker_id)
    )


def due_jobs() -> Select[int, str, dict[str, Any], int]:
    """Waiting jobs whose moment has come and whose `lock` is free, in order: id, task_name, args, attempts."""
    other = queued.alias()
    busy = exists().where(other.c.lock == queued.c.lock, other.c.status == "doing")
    return (
        select(queued.c.id, queued.c.task_name, queued.c.args, queued.c.attempts)
        .where(queued.c.status == "todo", ~busy)
        .where(queued.c.scheduled_at.is_(None) | (queued.c.scheduled_at <= clock.sql_now()))
        .order_by(queued.c.priority.desc(), queued.c.id)
    )


def is_alive(worker_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Its lifeline is held. It takes hold before it can be seen and lets go by dying: no clock is asked."""
    here = select(databases.c.oid).where(databases.c.datname == func.current_database())
    return exists().where(
        held_locks.c.locktype == "advisory",
        held_locks.c.database == here.scalar_subquery(),
        held_locks.c.classid == LIFELINE,
        held_locks.c.objid == worker_id,
        held_locks.c.objsubid == 2,
    )
