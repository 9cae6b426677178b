"""What a job is, and how one is asked for: in the transaction of whoever asks, by ids, safe to repeat."""

import inspect
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec

from procrastinate import SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import DEFAULT_QUEUE
from procrastinate.jobs import Job as QueuedJob
from procrastinate.manager import JobManager
from sqlalchemy import select

from helpdesk.background import operations
from helpdesk.background.tables import queued
from helpdesk.core.db import db

P = ParamSpec("P")
MOMENT = "timestamp"

# Never opened: it only writes on the connections it is given.
_manager = JobManager(SyncPsycopgConnector())


@dataclass(frozen=True, slots=True)
class Backoff:
    """Try again so many times, each time after about twice as long as before."""

    times: int
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)

    def wait(self, retries: int) -> timedelta:
        """How long to wait after `retries` tries that were in vain: half to all of it, so that crowds spread out."""
        doubled: timedelta = min(self.first * 2 ** min(retries, 30), self.longest)
        return doubled * random.uniform(0.5, 1.0)  # noqa: S311 — spreads load, keeps no secret


NO_RETRY = Backoff(times=0)


@dataclass(frozen=True, eq=False)
class Job(Generic[P]):
    """A function the worker can run. Called directly, it is just the function."""

    name: str
    function: Callable[P, None]
    retry: Backoff
    queue: str
    as_owner: bool
    in_steps: bool
    _signature: inspect.Signature = field(repr=False)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self.function(*args, **kwargs)

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Raise TypeError for arguments the function does not take: better at the writer than in the worker."""
        given = (None,) if self.as_owner else ()
        self._signature.bind(*given, **arguments)

    def taken(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments without the moment that recurring jobs are given, for those who do not ask for it."""
        return {
            name: value
            for name, value in arguments.items()
            if name != MOMENT or name in self._signature.parameters
        }


known: dict[str, Job[Any]] = {}


def job(
    *,
    name: str,
    retry: Backoff = NO_RETRY,
    queue: str = DEFAULT_QUEUE,
    as_owner: bool = False,
    in_steps: bool = False,
) -> Callable[[Callable[P, None]], Job[P]]:
    """Make a function a job.

    It runs as the system user in the app role, in one transaction that commits when it returns. With `as_owner`
    it gets a connection of the owner role as first argument instead of the session (partitions, purge).
    With `in_steps` nothing is around it: it opens a unit of work for each of its steps, because what it does to the
    world between two of them (a mail that is sent) cannot be rolled back.
    `name` stays in the queue: a renamed function keeps it.
    """

    def make(function: Callable[P, None]) -> Job[P]:
        made = Job(name, function, retry, queue, as_owner, in_steps, inspect.signature(function))
        before = known.setdefault(name, made)
        if before is not made:
            raise ValueError(f"two jobs are called {name}")
        return made

    return make


def enqueue(
    job: Job[Any],
    *,
    run_at: datetime | None = None,
    lock: str | None = None,
    once: str | None = None,
    **arguments: Any,
) -> int | None:
    """Ask for a job in the session's own transaction: nobody sees it before the commit, a rollback takes it along.

    `run_at` is the earliest moment. Jobs with the same `lock` run one after the other. Where one with the same
    `once` still waits, that one does (it starts after this commit, at its own time): returns None, else the id.
    """
    job.check(arguments)
    wanted = QueuedJob(
        queue=job.queue,
        lock=lock,
        queueing_lock=once,
        task_name=job.name,
        task_kwargs=arguments,
        scheduled_at=run_at,
    )
    if once is None:
        return _write(wanted)
    while True:
        try:
            # the refusal of a second one must not undo what came before
            with db.session.begin_nested():
                return _write(wanted)
        except AlreadyEnqueued:
            if _holds_back(once):
                return None


def _write(wanted: QueuedJob) -> int | None:
    connection = db.session.connection().connection.driver_connection
    return _manager.defer_job(wanted, connection=connection).id


def _holds_back(once: str) -> bool:
    """Keep the waiting job from starting before this transaction ends, or it would not see what we have changed."""
    waiting = select(queued.c.id).where(queued.c.queueing_lock == once, queued.c.status == "todo")
    found = db.session.execute(waiting.with_for_update(read=True)).scalar_one_or_none()
    if found is None:
        return False  # it has just started: there is room for the next
    operations.wake_workers(found)
    return True
