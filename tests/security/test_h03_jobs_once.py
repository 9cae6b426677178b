"""H03: several workers, killed at random, run every job, and what a job leaves is there once."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.background.tables import queued
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.mail.ticket_subscribers import MOST_IN_AN_HOUR
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named
from tests.support.tally import tally

ROOT = Path(__file__).parents[2]
WORKERS, TICKETS, PATIENCE = 3, 60, 90.0


def start_worker(app: Flask) -> "subprocess.Popen[str]":
    with app.app_context():
        config = configuration()
    environment = os.environ | {
        "DATABASE_URL": str(config.database_url),
        "HELPDESK_DATA": str(config.data_dir),
        "HELPDESK_SECRET_KEY": config.secret_key,
    }
    command = [sys.executable, "-m", "helpdesk.cli", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.DEVNULL)


def left(app: Flask) -> int:
    """Deliveries that have not ended."""
    with app.app_context(), current.entering(Via.CLI):
        waiting = select(func.count()).where(
            queued.c.task_name == "mail.deliver", queued.c.status.in_(["todo", "doing"])
        )
        return db.session.scalar(waiting) or 0


def test_every_mail_is_delivered_once_although_workers_are_killed(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_IN_AN_HOUR, MailPurpose.TICKET_RECEIVED, TICKETS)
    chance = random.Random(3)
    with ExitStack() as stack:
        workers = [stack.enter_context(start_worker(own_app)) for _ in range(WORKERS)]
        stack.callback(lambda: [worker.kill() for worker in workers])
        for _ in range(TICKETS):
            with own_app.app_context(), current.entering(Via.WEB), unit_of_work():
                carl = person_named("carl")
                open_ticket(requester=carl, by=carl, title="Under fire", description="Words")
            if chance.random() < 0.1:
                victim = chance.randrange(WORKERS)
                workers[victim].send_signal(signal.SIGKILL)
                workers[victim].wait()
                workers[victim] = stack.enter_context(start_worker(own_app))
                tally("workers killed")
        deadline = time.monotonic() + PATIENCE
        while left(own_app):
            if time.monotonic() > deadline:
                pytest.fail(f"{left(own_app)} deliveries never ran")
            time.sleep(0.2)
        for worker in workers:
            worker.terminate()
            worker.wait(timeout=PATIENCE)

    tally("deliveries with killed workers", TICKETS)
    with own_app.app_context(), current.entering(Via.CLI):
        found = db.session.execute(
            select(
                func.count(),
                func.count(OutboxMessage.message_id.distinct()),
                func.count(OutboxMessage.ticket_id.distinct()),
                func.count(OutboxMessage.printed_at),
            )
        ).one()
        jobs = (
            select(queued.c.status, func.count())
            .where(queued.c.task_name == "mail.deliver")
            .group_by(queued.c.status)
        )
        assert [tuple(row) for row in db.session.execute(jobs)] == [("succeeded", TICKETS)]
    assert tuple(found) == (TICKETS,) * 4, "one mail a ticket, each with its own Message-ID, each shown"
