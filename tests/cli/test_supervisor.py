"""Parts that die are started again, more and more patiently; at the end nobody is left."""

import os
import signal
import subprocess
import sys
import time

import pytest

from helpdesk.cli import supervisor
from helpdesk.cli.supervisor import Child, Supervisor
from tests.support.processes import descendants, eventually, is_alive

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w'); time.sleep(60)",
]
WITH_A_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)",
]


@pytest.fixture
def watched():
    """A supervisor over one child; nothing of it outlives the test."""
    made = []

    def watch(command):
        desk = Supervisor(children=[Child("part", command, dict(os.environ))])
        made.append(desk)
        desk.round()
        return desk, desk.children[0]

    yield watch
    for desk in made:
        for child in desk.children:
            child.kill()


def test_what_dies_is_started_again_more_and_more_patiently(watched, monkeypatch, capsys):
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.03)
    desk, part = watched([sys.executable, "-c", "raise SystemExit(3)"])

    assert eventually(lambda: desk.round() or part.deaths == 4)

    assert capsys.readouterr().err.splitlines() == [
        "The part ended (exit code 3); starting it again in 0.01 s.",
        "The part ended (exit code 3); starting it again in 0.02 s.",
        "The part ended (exit code 3); starting it again in 0.03 s.",
        "The part ended (exit code 3); starting it again in 0.03 s.",
    ]


def test_a_long_life_is_not_held_against_it(watched, monkeypatch):
    monkeypatch.setattr(supervisor, "HEALTHY", 0.0)
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    desk, part = watched([sys.executable, "-c", ""])
    first = part.process

    assert eventually(lambda: desk.round() or part.process not in (first, None))
    assert part.deaths == 1


def test_the_death_by_a_signal_is_named(watched, capsys):
    desk, part = watched(SLEEP)
    part.process.kill()

    assert eventually(lambda: desk.round() or part.deaths)
    assert capsys.readouterr().err == "The part ended (signal 9); starting it again in 0.5 s.\n"


def test_what_a_dead_part_leaves_of_its_group_is_ended(watched):
    desk, part = watched(WITH_A_CHILD)
    assert eventually(lambda: descendants(part.process.pid))
    orphan = descendants(part.process.pid)[0]

    os.kill(part.process.pid, signal.SIGKILL)

    assert eventually(lambda: desk.round() or not is_alive(orphan))


def test_the_end_asks_first(watched):
    desk, part = watched(SLEEP)
    process = part.process

    desk.end()

    assert process.returncode == -signal.SIGTERM


def test_who_does_not_listen_is_killed_after_the_grace(watched, monkeypatch, tmp_path):
    monkeypatch.setattr(supervisor, "GRACE", 0.3)
    desk, part = watched([*STUBBORN, str(tmp_path / "deaf")])
    assert eventually((tmp_path / "deaf").exists)

    desk.end()

    assert part.process.returncode == -signal.SIGKILL


def test_a_second_signal_hurries(watched, tmp_path):
    desk, part = watched([*STUBBORN, str(tmp_path / "deaf")])
    assert eventually((tmp_path / "deaf").exists)
    desk.signals = 2
    started = time.monotonic()

    desk.end()

    assert part.process.returncode == -signal.SIGKILL
    assert time.monotonic() - started < 2


def test_a_signal_breaks_off_what_may_be_broken_off():
    told = _in_a_process(
        "desk.attempt(lambda: (os.kill(os.getpid(), signal.SIGTERM), time.sleep(60)))",
        "desk.attempt(lambda: print('never begun'))",
        "print(desk.is_told_to_stop)",
    )

    assert told == "True\n"


def test_a_signal_between_the_steps_is_only_noted():
    assert _in_a_process("os.kill(os.getpid(), signal.SIGINT)", "print(desk.signals)") == "1\n"


def test_children_do_not_outlive_a_killed_supervisor():
    told = _in_a_process(
        "desk.children.append(Child('part', [sys.executable, '-c', 'import time; time.sleep(60)'], dict(os.environ)))",
        "desk.round()",
        "print(desk.children[0].process.pid, flush=True)",
        "os.kill(os.getpid(), signal.SIGKILL)",
    )

    assert eventually(lambda: not is_alive(int(told)))


def _in_a_process(*lines):
    """Signals are for the main thread of a process of its own."""
    head = ["import os, signal, sys, time", "from helpdesk.cli.supervisor import Child, Supervisor"]
    program = "\n".join([*head, "desk = Supervisor()", "desk.listen()", *lines])
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=False, timeout=30
    )
    return done.stdout
