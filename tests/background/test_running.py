"""One run of a job."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.background.jobs import enqueue, known
from helpdesk.background.models import JobError
from helpdesk.background.queries import errors_of, failed_jobs
from helpdesk.background.running import carry_out, next_try
from helpdesk.background.tables import queued
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import clock, current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from tests.background import errands
from tests.background.conftest import Outside
from tests.background.errands import jotted


def test_the_system_acts_in_the_app_role(app: Flask, work: Session, notes: Path) -> None:
    job_id = enqueue(errands.say_who, path=str(notes))
    work.commit()

    run_waiting_jobs(app)

    assert jotted(notes) == [f"job job-{job_id} helpdesk_app 1"]


def test_an_owners_job_gets_a_connection_of_the_owner(
    own_app: Flask, send: Callable[..., int], notes: Path
) -> None:
    send(errands.say_owner, path=str(notes))

    run_waiting_jobs(own_app)

    assert jotted(notes) == ["helpdesk_owner"]


def test_what_a_job_asks_for_runs_too(app: Flask, work: Session, notes: Path) -> None:
    enqueue(errands.pass_on, path=str(notes))
    work.commit()

    assert run_waiting_jobs(app) == 2
    assert jotted(notes) == ["passed on"]


def test_a_failing_job_leaves_nothing_but_its_error(app: Flask, work: Session, notes: Path) -> None:
    job_id = enqueue(errands.write_and_fail, path=str(notes))
    work.commit()

    assert run_waiting_jobs(app) == 1

    assert not jotted(notes)
    failed = work.execute(failed_jobs()).one()
    assert (failed.id, failed.name, failed.attempts) == (job_id, "tests.write_and_fail", 1)
    assert failed.error == "ValueError: after the deed"
    assert failed.changed_at is not None
    error = work.scalars(errors_of(failed.id)).one()
    assert "in write_and_fail" in error.traceback


@pytest.mark.parametrize("is_worker", [False, True])
def test_the_steps_of_a_job_in_steps_stay_whatever_comes_after(
    own_app: Flask, send: Callable[..., int], notes: Path, is_worker: bool
) -> None:
    job_id = send(errands.step, path=str(notes))

    if is_worker:
        with pytest.raises(ValueError, match="in the second step"):
            carry_out(own_app, known["tests.step"], {"path": str(notes)}, job_id=job_id, attempt=1)
        notes.unlink()
    run_waiting_jobs(own_app)

    assert jotted(notes) == (
        ["world", "first step"] if not is_worker else ["world", "first step", "first step"]
    )
    with own_app.app_context(), current.entering(Via.CLI):
        assert {each.error for each in db.session.scalars(select(JobError))} == {
            "ValueError: in the second step"
        }


def test_a_failing_job_is_tried_again_later(app: Flask, work: Session, notes: Path) -> None:
    enqueue(errands.succeed_at_third, path=str(notes))
    work.commit()

    now = clock.now()
    tries = []
    for minutes in range(4):
        with clock.freeze(now + timedelta(minutes=minutes)):
            run_waiting_jobs(app)
        tries.append(len(jotted(notes)))

    assert tries == [1, 2, 3, 3]
    assert work.execute(select(queued.c.status, queued.c.attempts)).all() == [("succeeded", 3)]
    assert work.scalars(select(JobError.attempt).order_by(JobError.id)).all() == [1, 2]


def test_a_job_has_as_many_tries_as_its_backoff_allows() -> None:
    job = known["tests.succeed_at_third"]

    assert [next_try(job, failed=failed) is None for failed in range(1, 8)] == [False] * 5 + [True] * 2
    assert next_try(known["tests.fail"], failed=1) is None


def test_a_job_nobody_knows_any_more_has_failed(app: Flask, work: Session) -> None:
    enqueue(errands.fail, words="no")
    work.execute(queued.update().values(task_name="tests.of_an_older_version"))
    work.commit()

    run_waiting_jobs(app)

    assert (
        work.execute(failed_jobs()).one().error == "LookupError: This version of the program has no such job."
    )


def test_a_job_nobody_knows_that_a_worker_met_says_so(work: Session) -> None:
    enqueue(errands.fail, words="no")
    work.execute(queued.update().values(status="failed"))

    assert work.execute(failed_jobs()).one().error == "This version of the program has no such job."


def test_the_worker_remembers_an_error_although_all_else_is_rolled_back(
    own_app: Flask, outside: Outside
) -> None:
    with pytest.raises(ValueError, match="after the deed"):
        carry_out(own_app, known["tests.write_and_fail"], {"path": "x"}, job_id=7, attempt=2)

    assert outside.execute("select count(*) from procrastinate_jobs").fetchone() == (0,)
    assert outside.execute("select job_id, attempt, error from job_errors").fetchall() == [
        (7, 2, "ValueError: after the deed")
    ]


def test_jobs_run_inside_another_request_leave_it_alone(
    own_app: Flask, send: Callable[..., int], notes: Path
) -> None:
    send(errands.say_who, path=str(notes))

    with own_app.app_context(), current.entering(Via.CLI, user_id=None) as entry, unit_of_work():
        session = db.session()
        run_waiting_jobs(own_app)

        assert current.entry() is entry
        assert db.session() is session


def test_a_recurring_job_is_not_bothered_with_its_moment(app: Flask, work: Session) -> None:
    enqueue(errands.fail, words="no")
    work.execute(queued.update().values(args={"words": "no", "timestamp": 1_800_000_000}))
    work.commit()

    run_waiting_jobs(app)

    assert work.execute(failed_jobs()).one().error == "ValueError: no"
