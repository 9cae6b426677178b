"""What is done to jobs from outside."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.background import operations, upkeep
from helpdesk.background.jobs import enqueue
from helpdesk.background.models import JobError
from helpdesk.background.queries import LIFELINE, failed_jobs, worker_seen_at
from helpdesk.background.tables import queued, workers
from helpdesk.background.worker import recover, run_waiting_jobs
from helpdesk.core import clock
from helpdesk.core.errors import Conflict
from tests.background import errands
from tests.background.conftest import Outside
from tests.background.errands import jotted


def failed(work: Session, app: Flask, **options: Any) -> int:
    job_id = enqueue(errands.fail, words="no", **options)
    assert job_id is not None
    work.commit()
    run_waiting_jobs(app)
    return job_id


def status(work: Session, job_id: int) -> str | None:
    found: str | None = work.scalar(select(queued.c.status).where(queued.c.id == job_id))
    return found


class TestFailedJobs:
    def test_one_can_be_run_again_with_all_its_tries(self, app: Flask, work: Session) -> None:
        job_id = failed(work, app)

        operations.retry(job_id)

        assert work.execute(select(queued.c.status, queued.c.attempts)).all() == [("todo", 0)]
        work.commit()
        assert run_waiting_jobs(app) == 1

    def test_one_can_be_given_up(self, app: Flask, work: Session) -> None:
        job_id = failed(work, app)

        operations.discard(job_id)

        assert status(work, job_id) == "cancelled"
        assert work.execute(failed_jobs()).all() == []

    @pytest.mark.parametrize("deed", [operations.retry, operations.discard])
    def test_only_failed_jobs_are_dealt_with(self, work: Session, deed: Callable[[int], None]) -> None:
        job_id = enqueue(errands.fail, words="no")
        assert job_id is not None

        with pytest.raises(Conflict):
            deed(job_id)
        with pytest.raises(Conflict):
            deed(job_id + 1)

    def test_one_is_not_run_again_beside_its_like(self, app: Flask, work: Session) -> None:
        job_id = failed(work, app, once="reindex")
        enqueue(errands.fail, words="no", once="reindex")

        with pytest.raises(Conflict, match="already waiting"):
            operations.retry(job_id)


class TestTidyingAway:
    def test_what_ended_days_ago_goes_with_its_errors_and_failures_stay(
        self, app: Flask, work: Session
    ) -> None:
        discarded, kept = failed(work, app), failed(work, app)
        operations.discard(discarded)
        done = enqueue(upkeep.delete_finished)
        work.commit()
        run_waiting_jobs(app)
        assert status(work, done or 0) == "succeeded"

        with clock.freeze(clock.now() + timedelta(days=4)):
            enqueue(upkeep.delete_finished)
            work.commit()
            run_waiting_jobs(app)

        assert work.scalars(select(queued.c.id).order_by(queued.c.id)).all()[0] == kept
        assert status(work, discarded) is None
        assert status(work, done or 0) is None
        assert work.scalars(select(JobError.job_id)).all() == [kept]

    def test_what_ended_lately_stays(self, app: Flask, work: Session) -> None:
        discarded = failed(work, app)
        operations.discard(discarded)

        assert operations.delete_finished() == 0

    def test_a_full_part_asks_for_the_next(
        self, app: Flask, work: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(operations, "DELETED_AT_ONCE", 2)
        for _ in range(5):
            operations.discard(failed(work, app))
        with clock.freeze(clock.now() + timedelta(days=4)):
            enqueue(upkeep.delete_finished)
            work.commit()

            assert run_waiting_jobs(app) >= 3
        assert work.scalars(select(queued.c.id).where(queued.c.status == "cancelled")).all() == []


class TestStalledJobs:
    def in_the_hands_of(self, outside: Outside, job_id: int, *, alive: bool) -> None:
        """A worker that the test plays: `outside` holds its lifeline, or nobody does."""
        row = outside.execute("insert into procrastinate_workers default values returning id").fetchone()
        assert row is not None
        if alive:
            outside.execute("select pg_advisory_lock(%s::int, %s::int)", [LIFELINE, row[0]])
        taken = "update procrastinate_jobs set status = 'doing', worker_id = %s where id = %s"
        outside.execute(taken, [row[0], job_id])

    def test_a_dead_workers_job_runs_again_at_once(
        self, own_app: Flask, send: Callable[..., int], outside: Outside, notes: Path
    ) -> None:
        self.in_the_hands_of(outside, send(errands.write, path=str(notes), line="done"), alive=False)

        assert run_waiting_jobs(own_app) == 1

        assert jotted(notes) == ["done"]
        assert outside.execute("select error, attempt from job_errors").fetchall() == [(operations.LOST, 1)]
        assert outside.execute("select count(*) from procrastinate_workers").fetchone() == (0,)

    def test_a_living_workers_job_is_left_alone_however_long_it_takes(
        self, own_app: Flask, send: Callable[..., int], outside: Outside, state: Callable[[int], str]
    ) -> None:
        job_id = send(errands.fail, words="no")
        self.in_the_hands_of(outside, job_id, alive=True)
        outside.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 year'")

        recover(own_app)

        assert state(job_id) == "doing"
        assert outside.execute("select count(*) from procrastinate_workers").fetchone() == (1,)

    def test_a_job_without_a_worker_is_stalled(
        self, own_app: Flask, send: Callable[..., int], outside: Outside, state: Callable[[int], str]
    ) -> None:
        job_id = send(errands.fail, words="no")
        outside.execute("update procrastinate_jobs set status = 'doing'")

        recover(own_app)

        assert state(job_id) == "todo"

    def test_a_job_that_kills_its_worker_waits_longer_each_time_and_fails_in_the_end(
        self, own_app: Flask, send: Callable[..., int], outside: Outside, state: Callable[[int], str]
    ) -> None:
        job_id = send(errands.fail, words="no")
        waits = []
        while state(job_id) == "todo":
            self.in_the_hands_of(outside, job_id, alive=False)
            recover(own_app)
            row = outside.execute(
                "select extract(epoch from scheduled_at - now())::int from procrastinate_jobs"
            ).fetchone()
            assert row is not None
            waits.append(row[0])

        assert state(job_id) == "failed"
        assert len(waits) == operations.LOST_TOO_OFTEN
        assert waits[0] <= 0
        assert sorted(waits[:-1]) == waits[:-1]

    def test_where_the_same_job_waits_already_the_stalled_one_is_over(
        self, own_app: Flask, send: Callable[..., int], outside: Outside, state: Callable[[int], str]
    ) -> None:
        first = send(errands.fail, words="no", once="reindex")
        self.in_the_hands_of(outside, first, alive=False)
        second = send(errands.fail, words="no", once="reindex")

        recover(own_app)

        assert (state(first), state(second)) == ("aborted", "todo")


class TestWorkerSeen:
    def test_nobody_was_seen_on_a_desk_without_worker(self, work: Session) -> None:
        assert worker_seen_at() is None

    def test_the_dead_are_not_seen(self, work: Session) -> None:
        work.execute(workers.insert().values(last_heartbeat=clock.now()))

        assert worker_seen_at() is None
