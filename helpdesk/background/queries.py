"""What the queue holds and who works on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select

from helpdesk.background.models import JobError
from helpdesk.background.tables import JobStatus, databases, held_locks, queued, steps, workers
from helpdesk.core import clock
from helpdesk.core.db import db

LIFELINE = 1_212_435_287
"""Class of the advisory locks that living workers hold, one each, by their id."""

NO_ERROR = "This version of the program has no such job."  # the one way to fail without having run


def failed_jobs() -> Select[int, str, dict[str, Any], int, str, datetime | None]:
    """Jobs that gave up: id, name, arguments, attempts, error (of the last attempt), failed_at."""
    last = select(JobError.error).where(JobError.job_id == queued.c.id).order_by(JobError.id.desc()).limit(1)
    moment = select(func.max(steps.c.at)).where(steps.c.job_id == queued.c.id, steps.c.type == "failed")
    return select(
        queued.c.id,
        queued.c.task_name.label("name"),
        queued.c.args.label("arguments"),
        queued.c.attempts,
        func.coalesce(last.scalar_subquery(), NO_ERROR).label("error"),
        moment.scalar_subquery().label("failed_at"),
    ).where(queued.c.status == "failed")


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
