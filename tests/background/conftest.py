"""A desk whose commits are real, and what its queue says."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask

from helpdesk.background.jobs import Job, enqueue
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work

Outside = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def outside(own_app: Flask) -> Iterator[Outside]:
    """What everybody else sees of the desk: another connection, as the owner, after the commits."""
    with own_app.app_context():
        url = str(configuration().database_url)
    with psycopg.connect(url, options="-c role=helpdesk_owner", autocommit=True) as connection:
        yield connection


@pytest.fixture
def send(own_app: Flask) -> Callable[..., int | None]:
    """`send(job, …)` asks for a job and commits."""

    def send(job: Job[Any], **arguments: Any) -> int | None:
        with own_app.app_context(), current.entering(Via.CLI), unit_of_work():
            return enqueue(job, **arguments)

    return send


@pytest.fixture
def state(outside: Outside) -> Callable[[int], str]:
    """The status of a job."""

    def state(job_id: int) -> str:
        row = outside.execute("select status from procrastinate_jobs where id = %s", [job_id]).fetchone()
        return str(row[0]) if row else "deleted"

    return state


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Where jobs of tests.background.errands write what they did."""
    return tmp_path / "notes"
