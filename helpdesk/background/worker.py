"""The process that runs jobs: until it is told to stop, or until nothing is due."""

import asyncio
import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import procrastinate
import psycopg
from flask import Flask
from procrastinate import BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job as QueuedJob
from procrastinate.worker import Worker

from helpdesk.background import operations
from helpdesk.background.jobs import Job, known
from helpdesk.background.lifeline import KEEPALIVES, LivingWorkers, until_lost
from helpdesk.background.recurring import recurring
from helpdesk.background.running import carry_out, entering, next_try, run_next
from helpdesk.config import Config
from helpdesk.core.configuration import configuration
from helpdesk.core.current import DatabaseRole
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.connections import direct_address, session_options

log = logging.getLogger(__name__)

JOBS_AT_ONCE = 3
HEARTBEAT_SECONDS = 5
RECOVER_SECONDS = 5
POLL_SECONDS = 2  # new jobs are told at once; this is for those whose moment comes
MADE_UP_FOR_SECONDS = 25 * 60 * 60  # a nightly job runs in the morning where the machine sleeps at night
FOR_EVER = 10.0**9  # we tell the dead by their lifeline, see operations.recover_stalled


class TryAgain(BaseRetryStrategy):
    """A job's own backoff, as Procrastinate asks for it."""

    def __init__(self, job: Job[Any]) -> None:
        self._job = job

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        moment = next_try(self._job, failed=job.attempts + 1)
        return RetryDecision(retry_at=moment) if moment else None


def run(app: Flask) -> None:
    """Run jobs until SIGTERM or SIGINT; those under way are finished first. Ends the process where it lost touch."""
    with app.app_context():
        config = configuration()
    logging.getLogger("procrastinate.worker").addFilter(_is_new)
    asyncio.run(_serve(app, config))


def _is_new(record: logging.LogRecord) -> bool:
    """Failures are logged by running.remember, which leaves out what Procrastinate would tell: arguments and values."""
    return getattr(record, "action", None) not in {"job_error", "job_error_retry"}


async def _serve(app: Flask, config: Config) -> None:
    troubles: list[str] = []

    def stop_in_trouble() -> None:
        troubles.append("the end of a job could not be written")
        worker.stop()  # type: ignore[no-untyped-call]  # Procrastinate's, without types

    address, options = partial(direct_address, config), _options(config)
    connector = PsycopgConnector(conninfo=address, kwargs=options, min_size=1, max_size=JOBS_AT_ONCE + 1)
    queue = procrastinate.App(connector=connector, periodic_defaults={"max_delay": MADE_UP_FOR_SECONDS})
    connect = partial(psycopg.AsyncConnection.connect, address(), autocommit=True, **options)
    queue.job_manager = manager = LivingWorkers(connector, connect=connect, on_trouble=stop_in_trouble)
    teach(queue, app)
    worker = Worker(
        queue,
        concurrency=JOBS_AT_ONCE,
        fetch_job_polling_interval=POLL_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=FOR_EVER,
    )
    async with queue.open_async():
        side = [
            asyncio.create_task(_recover_again_and_again(app)),
            asyncio.create_task(_die_without(manager)),
        ]
        try:
            await worker.run()  # type: ignore[no-untyped-call]  # Procrastinate's, without types
        finally:
            for task in side:
                task.cancel()
            await asyncio.gather(*side, return_exceptions=True)
            await manager.let_go()
    if troubles:
        raise SystemExit(f"The worker ended: {troubles[0]}.")


def _options(config: Config) -> dict[str, Any]:
    """Of each connection. It must lead straight to the server: a pooler would lose LISTEN and the lifeline."""
    options = session_options(config, role=DatabaseRole.APP.value, jit="off")
    return {"application_name": "helpdesk worker", "options": f"{KEEPALIVES} {options}"}


def teach(queue: procrastinate.App, app: Flask) -> None:
    """Make our jobs Procrastinate's tasks, the recurring ones with their moments."""
    for job in known.values():
        task = queue.task(name=job.name, queue=job.queue, retry=TryAgain(job), pass_context=True)
        task(_runner(app, job))
    for cron, job in recurring.values():
        queue.periodic(cron=cron, queueing_lock=job.name)(queue.tasks[job.name])


def _runner(app: Flask, job: Job[Any]) -> Callable[..., None]:
    def run_one(context: JobContext, **arguments: Any) -> None:
        assert context.job.id is not None  # it comes from the queue
        carry_out(app, job, arguments, job_id=context.job.id, attempt=context.job.attempts + 1)

    return run_one


async def _recover_again_and_again(app: Flask) -> None:
    while True:
        try:
            await asyncio.to_thread(recover, app)
        except Exception:
            log.exception("Stalled jobs could not be looked for")
        await asyncio.sleep(RECOVER_SECONDS)


def run_waiting_jobs(app: Flask) -> int:
    """Run all that is due by our own clock, and what that brings about, one after the other. Returns how many ran.

    Failures are kept and tried again as the worker would; none is raised here.
    """
    recover(app)
    ran = 0
    while run_next(app):
        ran += 1
    return ran


def recover(app: Flask) -> None:
    """Put back the jobs of workers that are gone."""
    with app.app_context(), entering(), unit_of_work():
        found = operations.recover_stalled()
    if found:
        log.warning("Put back jobs whose worker was gone: %s", found)


async def _die_without(manager: LivingWorkers) -> None:
    """Cut off, others take our jobs for lost and run them again: we must not go on with them."""
    await until_lost(await manager.lifeline())
    log.critical("The connection to the database was lost: the worker ends at once")
    os._exit(1)
