"""Asking for jobs."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.background import jobs
from helpdesk.background.jobs import Backoff, enqueue, job
from helpdesk.background.tables import queued
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import clock, current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from tests.background import errands
from tests.background.conftest import Outside
from tests.background.errands import jotted

COUNT = "select count(*) from procrastinate_jobs"


def test_a_job_is_invisible_before_the_commit(own_app: Flask, outside: Outside) -> None:
    with own_app.app_context(), current.entering(Via.WEB), unit_of_work():
        enqueue(errands.fail, words="no")

        assert outside.execute(COUNT).fetchone() == (0,)

    assert outside.execute(COUNT).fetchone() == (1,)


def test_a_job_is_gone_after_a_rollback(own_app: Flask, outside: Outside) -> None:
    with own_app.app_context(), current.entering(Via.WEB):
        enqueue(errands.fail, words="no")
        db.session.rollback()

    assert outside.execute(COUNT).fetchone() == (0,)


def test_a_job_called_directly_is_its_function(notes: Path) -> None:
    errands.write(str(notes), line="by hand")

    assert jotted(notes) == ["by hand"]


def test_wrong_arguments_are_told_to_the_writer(work: Session) -> None:
    with pytest.raises(TypeError):
        enqueue(errands.write, path="x", lines="y")


def test_an_owners_job_is_asked_for_without_its_connection(work: Session) -> None:
    assert enqueue(errands.say_owner, path="x") is not None

    with pytest.raises(TypeError):
        enqueue(errands.say_owner)


def test_two_jobs_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="two jobs are called"):
        job(name="tests.write")(lambda: None)


def test_the_same_job_waits_once(work: Session) -> None:
    first = enqueue(errands.fail, words="a", once="reindex")
    second = enqueue(errands.fail, words="b", once="reindex")

    assert first is not None
    assert second is None
    assert work.scalars(select(queued.c.args)).all() == [{"words": "a"}]


def test_a_refused_second_job_leaves_the_rest_of_the_transaction_alone(
    own_app: Flask, outside: Outside
) -> None:
    with own_app.app_context(), current.entering(Via.WEB), unit_of_work():
        enqueue(errands.fail, words="before")
        enqueue(errands.fail, words="a", once="reindex")
        enqueue(errands.fail, words="b", once="reindex")
        enqueue(errands.fail, words="after")

    found = outside.execute("select args ->> 'words' from procrastinate_jobs order by id").fetchall()
    assert found == [("before",), ("a",), ("after",)]


def test_what_waits_once_starts_only_after_everybody_who_asked_has_committed(
    own_app: Flask, send: Callable[..., int], notes: Path
) -> None:
    send(errands.write, path=str(notes), line="seen", once="reindex")

    with own_app.app_context(), current.entering(Via.WEB), unit_of_work():
        assert enqueue(errands.write, path=str(notes), line="seen", once="reindex") is None

        assert run_waiting_jobs_beside(own_app) == 0  # it would not see what this transaction changes

    assert run_waiting_jobs(own_app) == 1


def test_a_job_that_has_begun_does_not_stand_for_a_later_one(
    own_app: Flask, send: Callable[..., int], outside: Outside
) -> None:
    send(errands.fail, words="a", once="reindex")
    outside.execute("update procrastinate_jobs set status = 'doing'")

    assert send(errands.fail, words="b", once="reindex") is not None


def test_what_began_meanwhile_is_no_reason_not_to_ask(work: Session) -> None:
    assert jobs._holds_back("nothing that waits") is False


def test_a_job_waits_for_its_moment(app: Flask, work: Session, notes: Path) -> None:
    moment = clock.now() + timedelta(hours=2)
    enqueue(errands.write, path=str(notes), line="late", run_at=moment)
    work.commit()

    assert run_waiting_jobs(app) == 0
    with clock.freeze(moment):
        assert run_waiting_jobs(app) == 1
    assert jotted(notes) == ["late"]


def test_jobs_with_one_lock_follow_each_other(
    own_app: Flask, send: Callable[..., int], outside: Outside
) -> None:
    first = send(errands.fail, words="first", lock="ticket-1")
    send(errands.fail, words="second", lock="ticket-1")
    outside.execute("insert into procrastinate_workers default values")
    outside.execute("select pg_advisory_lock(1212435287, 1)")
    outside.execute("update procrastinate_jobs set status = 'doing', worker_id = 1 where id = %s", [first])

    assert run_waiting_jobs(own_app) == 0


def test_waiting_doubles_up_to_a_bound_and_spreads() -> None:
    backoff = Backoff(times=8, first=timedelta(seconds=4), longest=timedelta(seconds=60))

    for retries, longest in [(0, 4), (1, 8), (2, 16), (3, 32), (4, 60), (5, 60), (5_000, 60)]:
        waits = [backoff.wait(retries).total_seconds() for _ in range(50)]
        assert longest / 2 <= min(waits) < max(waits) <= longest


def test_customers_cannot_ask_for_jobs(own_app: Flask) -> None:
    """Their pages read; what they do is an operation of the app role."""
    with own_app.app_context(), current.entering(Via.WEB, role=current.DatabaseRole.CUSTOMER):
        assert db.session.scalar(select(func.has_table_privilege("procrastinate_jobs", "INSERT"))) is False


def run_waiting_jobs_beside(app: Flask) -> int:
    """In a thread: beside, not inside, the transaction of the test."""
    ran: list[int] = []
    thread = Thread(target=lambda: ran.append(run_waiting_jobs(app)))
    thread.start()
    thread.join()
    return ran[0]
