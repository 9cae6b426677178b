"""What comes again, and when."""

import procrastinate
from flask import Flask
from procrastinate import PsycopgConnector

from helpdesk import schedule
from helpdesk.background.jobs import enqueue, known
from helpdesk.background.queries import failed_jobs
from helpdesk.background.recurring import recurring
from helpdesk.background.worker import run_waiting_jobs, teach
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work


def test_every_recurring_job_is_known_and_needs_no_arguments(app: Flask) -> None:
    assert recurring
    for name, (_, job) in recurring.items():
        assert known[name] is job
        job.check({})


def test_every_line_names_moments(app: Flask) -> None:
    queue = procrastinate.App(connector=PsycopgConnector())

    teach(queue, app)

    lines = queue.periodic_registry.periodic_tasks.values()
    assert {line.task.name for line in lines} == set(recurring)
    for line in lines:
        assert line.croniter.get_next(float, start_time=0) > 0


def test_registering_again_changes_nothing(app: Flask) -> None:
    before = dict(recurring)

    schedule.register()

    assert recurring == before


def test_every_recurring_job_runs_on_a_fresh_desk_and_runs_again(own_app: Flask) -> None:
    for _ in range(2):
        with own_app.app_context(), current.entering(Via.CLI), unit_of_work():
            for _, job in recurring.values():
                enqueue(job)

        assert run_waiting_jobs(own_app) == len(recurring)

        with own_app.app_context(), current.entering(Via.CLI):
            assert db.session.execute(failed_jobs()).all() == []
