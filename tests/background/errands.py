"""Jobs that tests send out; what they did is read from a file, which also a killed process leaves behind."""

import os
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from helpdesk.background.jobs import Backoff, enqueue, job
from helpdesk.background.tables import queued
from helpdesk.core import current
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work


def jot(path: str, line: str) -> None:
    """Write one line; lines of several processes do not mix."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def jotted(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@job(name="tests.write")
def write(path: str, line: str) -> None:
    jot(path, line)


@job(name="tests.linger")
def linger(path: str, seconds: float, line: str = "") -> None:
    jot(path, f"{line}begin")
    time.sleep(seconds)
    jot(path, f"{line}end")


@job(name="tests.say_who")
def say_who(path: str) -> None:
    entry = current.entry()
    role, user = db.session.execute(
        select(func.current_setting("role"), func.current_setting("helpdesk.user_id"))
    ).one()
    jot(path, f"{entry.via} {entry.request_id} {role} {user}")


@job(name="tests.say_owner", as_owner=True)
def say_owner(connection: Connection, path: str) -> None:
    jot(path, str(connection.scalar(select(func.current_setting("role")))))


@job(name="tests.pass_on")
def pass_on(path: str) -> None:
    enqueue(write, path=path, line="passed on")


@job(name="tests.step", in_steps=True)
def step(path: str) -> None:
    """Commits its first step, writes into the world, and fails in the second."""
    with unit_of_work():
        enqueue(write, path=path, line="first step")
    jot(path, "world")
    with unit_of_work():
        enqueue(write, path=path, line="second step")
        raise ValueError("in the second step")


@job(name="tests.fail")
def fail(words: str) -> None:
    raise ValueError(words)


@job(name="tests.write_and_fail")
def write_and_fail(path: str) -> None:
    enqueue(write, path=path, line="never")
    raise ValueError("after the deed")


@job(name="tests.succeed_at_third", retry=Backoff(times=5, first=timedelta(milliseconds=20)))
def succeed_at_third(path: str) -> None:
    jot(path, "try")
    if len(jotted(Path(path))) < 3:
        raise ValueError("not yet")


@job(name="tests.fail_when_told", retry=Backoff(times=2, first=timedelta(milliseconds=20)))
def fail_when_told(path: str) -> None:
    jot(path, "begin")
    while "fail" not in jotted(Path(path)):
        time.sleep(0.01)
    raise ValueError("as told")


@job(name="tests.vanish", as_owner=True)
def vanish(connection: Connection) -> None:
    connection.execute(delete(queued).where(queued.c.task_name == "tests.vanish"))
