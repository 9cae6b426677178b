"""Real workers, started and killed as processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.background.queries import worker_seen_at
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import DatabaseRole, Via
from tests.background import errands
from tests.background.conftest import Outside
from tests.background.errands import jotted

PATIENCE = 60.0  # seconds; a busy machine is slow, not wrong
ROOT = Path(__file__).parents[2]

Worker = subprocess.Popen[str]


def wait_for(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not come to this: {what}")
        time.sleep(0.02)


@pytest.fixture
def start_worker(own_app: Flask) -> Iterator[Callable[[], Worker]]:
    with own_app.app_context():
        config = configuration()
    environment = os.environ | {
        "DATABASE_URL": str(config.database_url),
        "HELPDESK_DATA": str(config.data_dir),
        "HELPDESK_SECRET_KEY": config.secret_key,
    }
    with ExitStack() as stack:

        def start() -> Worker:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.background.worker_process"],
                cwd=ROOT,
                env=environment,
                text=True,
            )
            stack.callback(worker.wait)
            stack.callback(worker.kill)
            return worker

        yield start


def seen(app: Flask) -> datetime | None:
    """As /readyz asks, in the role of those who are nobody yet."""
    with app.app_context(), current.entering(Via.WEB, role=DatabaseRole.AUTH):
        return worker_seen_at()


def test_a_worker_runs_jobs_and_finishes_the_last_one_when_told_to_stop(
    own_app: Flask,
    send: Callable[..., int],
    outside: Outside,
    notes: Path,
    state: Callable[[int], str],
    start_worker: Callable[[], Worker],
) -> None:
    asked_before = send(errands.write, path=str(notes), line="before")
    assert seen(own_app) is None
    worker = start_worker()
    wait_for(lambda: jotted(notes) == ["before"], "the waiting job ran")
    assert seen(own_app) is not None
    asked_meanwhile = send(errands.linger, path=str(notes), seconds=1.0)
    wait_for(lambda: "begin" in jotted(notes), "the new job began")

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE) == 0
    assert jotted(notes) == ["before", "begin", "end"]
    assert (state(asked_before), state(asked_meanwhile)) == ("succeeded", "succeeded")
    assert outside.execute("select count(*) from procrastinate_workers").fetchone() == (0,)


def test_recurring_jobs_missed_while_nothing_ran_are_made_up_for(
    outside: Outside, start_worker: Callable[[], Worker]
) -> None:
    start_worker()
    made_up = "select count(*) from procrastinate_jobs where task_name = 'files.collect_orphans'"

    wait_for(lambda: outside.execute(made_up).fetchone() == (1,), "the nightly job was asked for")


def test_after_a_kill_the_next_worker_runs_the_job_again(
    own_app: Flask,
    send: Callable[..., int],
    notes: Path,
    state: Callable[[int], str],
    start_worker: Callable[[], Worker],
) -> None:
    job_id = send(errands.linger, path=str(notes), seconds=1.0)
    first = start_worker()
    wait_for(lambda: jotted(notes) == ["begin"], "the job began")

    first.kill()
    first.wait()
    assert seen(own_app) is None
    start_worker()

    wait_for(lambda: state(job_id) == "succeeded", "the job ended")
    assert jotted(notes) == ["begin", "begin", "end"]


def test_a_job_is_taken_over_from_a_worker_that_is_cut_off_and_only_then(
    send: Callable[..., int], outside: Outside, notes: Path, start_worker: Callable[[], Worker]
) -> None:
    send(errands.linger, path=str(notes), seconds=3600.0)
    first = start_worker()
    wait_for(lambda: jotted(notes) == ["begin"], "the job began")
    outside.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 year'")
    start_worker()
    both_live = "select count(*) from pg_locks where locktype = 'advisory' and classid = 1212435287"
    wait_for(lambda: outside.execute(both_live).fetchone() == (2,), "the second worker lives")
    time.sleep(1.0)  # time enough for its first look at stalled jobs
    assert jotted(notes) == ["begin"]

    cut = "select pg_terminate_backend(pid) from pg_locks where classid = 1212435287 order by objid limit 1"
    outside.execute("set role none")  # the login itself may end its own connections
    outside.execute(cut)

    assert first.wait(PATIENCE) == 1
    wait_for(lambda: jotted(notes) == ["begin", "begin"], "the second worker took the job over")


def test_a_failed_job_whose_like_waits_already_makes_room_for_it(
    send: Callable[..., int], notes: Path, state: Callable[[int], str], start_worker: Callable[[], Worker]
) -> None:
    first = send(errands.fail_when_told, path=str(notes), once="reindex")
    worker = start_worker()
    wait_for(lambda: jotted(notes) == ["begin"], "the job began")
    second = send(
        errands.fail_when_told, path=str(notes), once="reindex", run_at=clock.now() + timedelta(seconds=3)
    )
    errands.jot(str(notes), "fail")

    wait_for(lambda: state(first) == "aborted", "the first made room")
    wait_for(lambda: state(second) == "failed", "the second tried as often as it may")
    assert jotted(notes).count("begin") == 1 + 3
    worker.terminate()
    assert worker.wait(PATIENCE) == 0


def test_a_worker_that_cannot_write_a_jobs_end_ends_itself(
    send: Callable[..., int], start_worker: Callable[[], Worker]
) -> None:
    send(errands.vanish)

    assert start_worker().wait(PATIENCE) == 1
