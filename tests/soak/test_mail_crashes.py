"""No mail is lost or doubled, wherever the process dies, the database stops or the disk is full."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.core.faults import Point
from helpdesk.database.embedded import EmbeddedServer
from tests.support import databases
from tests.support.folders import open_folder
from tests.support.mail_crashes import DOOR_SECRET, MailLine, mail_line, nothing_is_wrong
from tests.support.mail_line import Round
from tests.support.processes import eventually, is_alive
from tests.support.tally import tally

KILLED = 9
THROUGH = {
    Point.PIPE_READ: "pipe",
    Point.PIPE_BEFORE_EXIT: "pipe",
    Point.HTTP_READ: "http",
    Point.HTTP_BEFORE_ANSWER: "http",
}
"""Points that lie in another door than the mailbox."""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[MailLine]:
    """On a PostgreSQL of its own: it is stopped under way."""
    assert DOOR_SECRET
    with open_folder() as folder:
        server = databases.start(folder)
        databases.clone(server, folder, "line")
        try:
            with mail_line(server, "line", tmp_path) as line:
                yield line
        finally:
            server.remove()


def kill_at_every_point(line: MailLine, *, times: int) -> Counter[str]:
    """Let the process die at each point, so many times; what comes in comes again until it is taken."""
    killed: Counter[str] = Counter()
    for cycle in range(times):
        for point in Point:
            door = THROUGH.get(point)
            wanted: dict[str, str] = {}
            if door:
                wanted = {door: line.new_mail(size=2_000).decode()}
            else:
                line.put(size=2_000)
            # the first pass or a later one: with several mails waiting, in the middle of them
            nth = 1 + cycle % 2
            if nth == 2 and not door:
                line.put()
            ended = line.run(Round(die_at=f"{point.value}:{nth if not door else 1}", **wanted))
            killed[point.value] += ended["killed"] == KILLED
            if door:
                line.insist(Round(**wanted))
        line.come_to_rest()
    return killed


def stop_the_database(line: MailLine, *, times: int, seed: int) -> int:
    """Stop PostgreSQL in the middle of a round, as a power cut would, and start it again. Returns how often."""
    chance, stops = random.Random(seed), 0
    for _ in range(times):
        for _mail in range(3):
            line.put(size=20_000)
        ended: list[dict[str, int | None]] = []
        round_ = threading.Thread(target=lambda ended=ended: ended.append(line.run(Round())))
        round_.start()
        time.sleep(chance.uniform(0.02, 0.6))
        crash(line.server)
        stops += 1
        line.server.start()
        round_.join()
        line.come_to_rest()
    return stops


def crash(server: EmbeddedServer) -> None:
    """What `pg_ctl stop -m immediate` does: no checkpoint, no farewell."""
    pid = server.pid
    assert pid is not None  # it runs
    os.kill(pid, signal.SIGQUIT)
    assert eventually(lambda: not is_alive(pid))


def fill_the_disk(line: MailLine, *, times: int) -> int:
    """No file can grow beyond a size that the mail, or a file in it, has. Returns in how many rounds that hurt."""
    hurt = 0
    for cycle in range(times):
        line.put(size=100_000)
        ended = line.run(Round(largest_file=(0x1000, 0x4000, 0x10000)[cycle % 3]))
        hurt += ended["status"] != 0 or bool(line.imap.inbox.messages)
        line.come_to_rest()
    return hurt


def nothing_is_lost(line: MailLine) -> None:
    line.come_to_rest()
    tally("mails through kills, stops and full disks", len(line.sent))
    nothing_is_wrong(line.findings(), line.sent)


def survive_kills(line: MailLine, *, times: int) -> None:
    killed = kill_at_every_point(line, times=times)
    tally("kill -9 cycles at named points", sum(killed.values()))

    assert {point.value for point in Point} - set(+killed) == set(), "these points were never passed"


def survive_stops_and_full_disks(line: MailLine, *, stops: int, full: int) -> None:
    tally("database stops under mail", stop_the_database(line, times=stops, seed=stops))
    hurt = fill_the_disk(line, times=full)
    tally("full disks under mail", hurt)

    assert hurt == full


def test_no_mail_is_lost_or_doubled(line: MailLine) -> None:
    survive_kills(line, times=1)
    survive_stops_and_full_disks(line, stops=2, full=3)
    nothing_is_lost(line)


@pytest.mark.soak
def test_no_mail_is_lost_or_doubled_in_two_thousand_kills(line: MailLine) -> None:
    survive_kills(line, times=-(-2_000 // len(Point)))
    nothing_is_lost(line)


@pytest.mark.soak
def test_no_mail_is_lost_or_doubled_in_a_hundred_stops_and_fifty_full_disks(line: MailLine) -> None:
    survive_stops_and_full_disks(line, stops=100, full=50)
    nothing_is_lost(line)
