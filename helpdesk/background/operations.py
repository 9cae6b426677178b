"""What is done to jobs from outside: put back, try again, give up, tidy away."""

import json
from datetime import datetime, timedelta

from sqlalchemy import Select, cast, delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from helpdesk.background.models import JobError
from helpdesk.background.queries import is_alive, stalled_jobs
from helpdesk.background.tables import JobStatus, queued, steps, workers
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict

KEEP_FINISHED = timedelta(days=3)
DELETED_AT_ONCE = 5_000
MOST_AT_ONCE = 1_000  # jobs that are told to try again by one deed
LOST = "The worker ended while this job ran."
LOST_TOO_OFTEN = 10  # a job that kills its worker must not do so for ever


def recover_stalled() -> list[int]:
    """Put jobs back whose worker is gone (killed, cut off), and forget such workers. Returns their ids.

    The first loss of a job costs it no time, further ones more and more; after LOST_TOO_OFTEN it has failed.
    """
    found = db.session.execute(stalled_jobs().with_for_update(skip_locked=True)).all()
    for job in found:
        db.session.add(JobError(job_id=job.id, attempt=job.attempts + 1, error=LOST, traceback=""))
        db.session.flush()
        losses = db.session.scalar(
            select(func.count()).where(JobError.job_id == job.id, JobError.error == LOST)
        )
        assert losses is not None  # a count always answers
        if losses >= LOST_TOO_OFTEN:
            finish(job.id, "failed")
        else:
            put_back(job.id, at=clock.now() + timedelta(seconds=0 if losses == 1 else 2**losses))
    db.session.execute(delete(workers).where(~is_alive(workers.c.id)))
    return [job.id for job in found]


def retry(job_id: int) -> None:
    """Run a failed job again, now, with all its tries. Raises Conflict for a job that has not failed."""
    once = _failed(job_id)
    if once and db.session.scalar(
        select(exists().where(queued.c.queueing_lock == once, queued.c.status == "todo"))
    ):
        raise Conflict("The same job is already waiting to run.")
    again = update(queued).where(queued.c.id == job_id)
    db.session.execute(again.values(status="todo", attempts=0, scheduled_at=clock.now(), worker_id=None))
    wake_workers(job_id)


def retry_all(name: str) -> list[int]:
    """Run the failed jobs of one kind again, as `retry` would each, MOST_AT_ONCE of them. Returns their ids.

    Left alone is one that another job stands for: the same that waits already, or an earlier one of these.
    """
    ids = db.session.scalars(_retried(name).with_for_update(of=queued)).all()
    again = update(queued).where(queued.c.id.in_(ids))
    db.session.execute(again.values(status="todo", attempts=0, scheduled_at=clock.now(), worker_id=None))
    for job_id in ids[:1]:
        wake_workers(job_id)
    return list(ids)


def foresee_retry_all(name: str) -> int:
    """How many jobs `retry_all` would run again. Costs one statement."""
    return db.session.scalar(select(func.count()).select_from(_retried(name).subquery())) or 0


def _retried(name: str) -> Select[int]:
    other = queued.alias()
    stands_for_it = exists().where(
        other.c.queueing_lock == queued.c.queueing_lock,
        (other.c.status == "todo")
        | ((other.c.status == "failed") & (other.c.task_name == name) & (other.c.id < queued.c.id)),
    )
    of_kind = select(queued.c.id).where(queued.c.status == "failed", queued.c.task_name == name)
    return of_kind.where(~stands_for_it).order_by(queued.c.id).limit(MOST_AT_ONCE)


def discard(job_id: int) -> None:
    """Give a failed job up for good. Raises Conflict for a job that has not failed."""
    _failed(job_id)
    db.session.execute(update(queued).where(queued.c.id == job_id).values(status="cancelled"))


def delete_finished() -> int:
    """Delete what ended well, or was discarded, more than KEEP_FINISHED ago; failed jobs stay. Returns how many."""
    since = clock.now() - KEEP_FINISHED
    recent = exists().where(steps.c.job_id == queued.c.id, steps.c.at > since)
    old = select(queued.c.id).where(queued.c.status.in_(["succeeded", "cancelled", "aborted"]), ~recent)
    ids = db.session.scalars(old.order_by(queued.c.id).limit(DELETED_AT_ONCE)).all()
    db.session.execute(delete(JobError).where(JobError.job_id.in_(ids)))
    db.session.execute(delete(queued).where(queued.c.id.in_(ids)))
    return len(ids)


def start(job_id: int) -> None:
    """Take a waiting job in hand."""
    db.session.execute(update(queued).where(queued.c.id == job_id).values(status="doing"))


def put_back(job_id: int, *, at: datetime) -> None:
    """A running job goes back to the queue until `at`; where the same one waits already, that one does."""
    try:
        with db.session.begin_nested():
            db.session.execute(select(func.procrastinate_retry_job_v2(job_id, at, None, None, None)))
    except IntegrityError:
        finish(job_id, "aborted")
    else:
        wake_workers(job_id)


def finish(job_id: int, status: str) -> None:
    """End a running job as succeeded, failed or aborted."""
    db.session.execute(select(func.procrastinate_finish_job_v1(job_id, cast(status, JobStatus), False)))


def wake_workers(job_id: int) -> None:
    """Tell idle workers when this transaction commits: the queue itself tells them only of new jobs."""
    message = json.dumps({"type": "job_inserted", "job_id": job_id})
    db.session.execute(select(func.pg_notify("procrastinate_any_queue_v1", message)))


def _failed(job_id: int) -> str | None:
    """Lock a failed job and return its `once`."""
    wanted = select(queued.c.queueing_lock).where(queued.c.id == job_id, queued.c.status == "failed")
    found = db.session.execute(wanted.with_for_update()).one_or_none()
    if found is None:
        raise Conflict("This job has not failed, or somebody has dealt with it meanwhile.")
    once: str | None = found.queueing_lock
    return once
