"""How a worker proves that it lives: a lock PostgreSQL holds for it exactly as long as its connection stands."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeAlias

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from helpdesk.background.queries import LIFELINE

Line: TypeAlias = "psycopg.AsyncConnection[tuple[Any, ...]]"

# A machine that vanishes is noticed by the server after 25 seconds. (A socket on one machine needs none of it.)
KEEPALIVES = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


class LivingWorkers(JobManager):
    """Procrastinate's queue, in which a worker without its lifeline counts as dead and no job gets lost half-way."""

    def __init__(
        self,
        connector: PsycopgConnector,
        *,
        connect: Callable[[], Awaitable[Line]],
        on_trouble: Callable[[], None],
    ) -> None:
        super().__init__(connector)
        self._connect = connect
        self._on_trouble = on_trouble
        self._line: asyncio.Future[Line] = asyncio.get_running_loop().create_future()

    async def register_worker(self) -> int:
        """Take the lock before the worker can be seen: who looks later and finds it free knows it is gone."""
        line = await self._connect()
        async with line.transaction():
            found = await (
                await line.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
            ).fetchone()
            assert found is not None
            worker_id: int = found[0]
            await line.execute("SELECT pg_advisory_lock(%s::int, %s::int)", [LIFELINE, worker_id])
        self._line.set_result(line)
        return worker_id

    async def lifeline(self) -> Line:
        """The connection that holds the lock, once there is one."""
        return await asyncio.shield(self._line)

    async def let_go(self) -> None:
        """The worker has ended in order."""
        if self._line.done():
            await self._line.result().close()

    async def retry_job_by_id_async(
        self,
        job_id: int,
        retry_at: datetime,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Back to the queue; where the same job (`once`) waits there already, that one does."""
        try:
            with self._telling_of_trouble():
                await super().retry_job_by_id_async(job_id, retry_at, priority, queue, lock)
        except UniqueViolation:
            await self.finish_job_by_id_async(job_id, Status.ABORTED, delete_job=False)

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        """Write how a job ended."""
        with self._telling_of_trouble():
            await super().finish_job_by_id_async(job_id, status, delete_job)

    @contextmanager
    def _telling_of_trouble(self) -> Iterator[None]:
        """A job whose end cannot be written would be "running" as long as this worker lives: better end it."""
        try:
            yield
        except UniqueViolation:
            raise
        except ConnectorException:
            self._on_trouble()
            raise


async def until_lost(line: Line) -> None:
    """Return when the connection has ended; a server that only says something is asked whether it is well."""
    loop = asyncio.get_running_loop()
    while True:
        heard = asyncio.Event()
        loop.add_reader(line.fileno(), heard.set)
        try:
            await heard.wait()
        finally:
            loop.remove_reader(line.fileno())
        try:
            await line.execute("SELECT 1")
        except psycopg.OperationalError:
            return
