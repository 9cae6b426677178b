"""One run of one job: its context, its transaction, and what is remembered when it fails."""

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import datetime
from typing import Any

from flask import Flask

from helpdesk.background import failures, operations
from helpdesk.background.jobs import Job, known
from helpdesk.background.models import JobError
from helpdesk.background.queries import NO_ERROR, due_jobs
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import SYSTEM_USER_ID, DatabaseRole, Entry, Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.roles import owner_connection

log = logging.getLogger(__name__)


def carry_out(app: Flask, job: Job[Any], arguments: Mapping[str, Any], *, job_id: int, attempt: int) -> None:
    """Run a job up to its commit. What it raises is remembered in a transaction of its own, and raised again."""
    with app.app_context(), entering(job_id):
        try:
            with nullcontext() if job.in_steps else unit_of_work():
                perform(job, arguments)
        except Exception as error:
            if job.in_steps:
                db.session.rollback()  # of a step that was not in a unit of work
            with unit_of_work():
                remember(error, name=job.name, job_id=job_id, attempt=attempt)
            raise


def run_next(app: Flask) -> bool:
    """Take the next job that is due, run it and write its end, all in one transaction but for jobs in steps.

    False when none is due.
    """
    with app.app_context(), entering(), ExitStack() as around:
        around.enter_context(unit_of_work())
        found = db.session.execute(due_jobs().limit(1).with_for_update(skip_locked=True)).one_or_none()
        if found is None:
            return False
        current.change(request_id=f"job-{found.id}")
        operations.start(found.id)
        job, attempt = known.get(found.task_name), found.attempts + 1
        if job is not None and job.in_steps:
            around.close()  # taken: what follows commits by itself
            around.enter_context(unit_of_work())
        try:
            if job is None:
                raise LookupError(NO_ERROR)
            with nullcontext() if job.in_steps else db.session.begin_nested():
                perform(job, found.args)
        except Exception as error:
            if job is not None and job.in_steps:
                db.session.rollback()
            remember(error, name=found.task_name, job_id=found.id, attempt=attempt)
            moment = next_try(job, failed=attempt) if job else None
            operations.put_back(found.id, at=moment) if moment else operations.finish(found.id, "failed")
        else:
            operations.finish(found.id, "succeeded")
    return True


def entering(job_id: int | None = None) -> AbstractContextManager[Entry]:
    """The door of jobs: the system acts, in the app role."""
    return current.entering(
        Via.JOB,
        role=DatabaseRole.APP,
        user_id=SYSTEM_USER_ID,
        request_id=f"job-{job_id}" if job_id else None,
    )


def perform(job: Job[Any], arguments: Mapping[str, Any]) -> None:
    """Call the job's function with what it takes."""
    taken = job.taken(arguments)
    if job.as_owner:
        with owner_connection(configuration()) as connection:
            job(connection, **taken)
    else:
        job(**taken)


def remember(error: Exception, *, name: str, job_id: int, attempt: int) -> None:
    """Keep why an attempt failed, and log it; both without the job's arguments, which may name people."""
    trace = failures.trace(error)
    log.error("Job %s (%s) failed at attempt %s:\n%s", job_id, name, attempt, trace)
    db.session.add(JobError(job_id=job_id, attempt=attempt, error=failures.one_line(error), traceback=trace))


def next_try(job: Job[Any], *, failed: int) -> datetime | None:
    """When to try again after `failed` attempts; None when that was the last."""
    if failed > job.retry.times:
        return None
    return clock.now() + job.retry.wait(failed - 1)
