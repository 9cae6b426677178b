"""Mails are read in processes that are limited, replaced, shared by threads, and know none of our secrets."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.mail.parsing import child, limits, parse
from helpdesk.mail.parsing.child import Unreadable, parsed_safely
from helpdesk.mail.parsing.children import Child, Children, Ended
from tests.support.sample_mails import SAMPLES


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[Children]:
    """Fresh ones."""
    fresh = Children()
    monkeypatch.setattr(child, "_children", fresh)
    yield fresh
    fresh.let_go()


def pids(children: Children) -> list[int]:
    return [each._process.pid for each in children._idle]


def test_it_says_the_same_as_without_a_child(children: Children) -> None:
    assert [parsed_safely(raw) for raw in SAMPLES] == [parse(raw) for raw in SAMPLES]


def test_what_lies_where_we_were_started_is_no_program_of_ours(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "helpdesk").mkdir()
    (tmp_path / "helpdesk" / "__init__.py").write_text("raise SystemExit('of somebody else')")
    monkeypatch.chdir(tmp_path)

    assert parsed_safely(SAMPLES[0]) == parse(SAMPLES[0])


def test_one_process_reads_many_mails_and_then_another_takes_over(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.mail.parsing.children.MAILS_EACH", 3)
    seen = []
    for _ in range(5):
        parsed_safely(SAMPLES[0])
        seen += pids(children)

    assert seen[0] == seen[1] == seen[2] != seen[3] == seen[4]


def test_threads_share_few_processes(children: Children) -> None:
    found: list[str] = []

    def read() -> None:
        found.extend(parsed_safely(raw).subject for raw in SAMPLES * 4)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == sorted(parse(raw).subject for raw in SAMPLES * 32)
    assert 1 <= len(pids(children)) <= 4


def test_a_mail_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Child()
    os.kill(reader._process.pid, signal.SIGSTOP)
    monkeypatch.setattr(limits, "WALL_SECONDS", 0.2)

    with pytest.raises(Ended, match="longer than"):
        reader.ask(limits.WITH_HTML + SAMPLES[0])

    assert not reader.is_fit


def test_a_process_that_dies_between_two_mails_costs_none(children: Children) -> None:
    parsed_safely(SAMPLES[0])
    (dead,) = pids(children)
    os.kill(dead, signal.SIGKILL)
    time.sleep(0.2)

    assert parsed_safely(SAMPLES[0]) == parse(SAMPLES[0])


def test_too_many_seconds_of_a_processor_end_it() -> None:
    reader = Child()
    os.kill(reader._process.pid, signal.SIGPROF)

    with pytest.raises(Ended, match="more than 10 seconds of a processor"):
        reader.ask(limits.WITH_HTML + SAMPLES[0])
    reader.end()


def test_a_mail_that_needs_too_much_memory_is_unreadable(children: Children) -> None:
    huge = b"From: a@example.org\r\n\r\n" + b"x" * (300 * 2**20)

    with pytest.raises(Unreadable, match="more than 512 MB of memory"):
        parsed_safely(huge)

    assert parsed_safely(SAMPLES[0]) == parse(SAMPLES[0])


def test_html_that_takes_too_long_leaves_its_words(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = children.ask

    def ask_slowly(question: bytes) -> bytes:
        if question.startswith(limits.WITH_HTML):
            raise Ended("Reading it takes long.")
        return ask(question)

    monkeypatch.setattr(children, "ask", ask_slowly)

    found = parsed_safely(b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n<p>Fish &amp; <b>chips</b>")

    assert (found.text.split(), found.html) == (["Fish", "&", "chips"], "")
    assert found.problems == ("It is shown without its HTML: reading it takes long.",)


def test_a_child_does_not_know_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESK_SECRET_KEY", "a secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@host/desk")
    reader = Child()
    reader.ask(limits.WITH_HTML + SAMPLES[0])
    environ = Path(f"/proc/{reader._process.pid}/environ").read_bytes()
    reader.end()

    assert b"secret" not in environ
    assert b"PATH=" in environ


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("exit 1",)


@pytest.mark.parametrize("answer", [pickle.dumps(Evil()), pickle.dumps("no mail")])
def test_an_answer_is_a_mail_and_nothing_else(
    children: Children, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(children, "ask", lambda _raw: answer)

    with pytest.raises(Unreadable, match="What was read of it"):
        parsed_safely(b"")


def test_after_a_fork_nobody_speaks_into_the_pipes_of_the_parent(children: Children) -> None:
    script = (
        "import os, sys\n"
        "from helpdesk.mail.parsing.child import _children, parsed_safely\n"
        "parsed_safely(b'Subject: parent\\n\\n')\n"
        "pid = os.fork()\n"
        "assert bool(_children._idle) == bool(pid)\n"
        "assert parsed_safely(b'Subject: both\\n\\n').subject == 'both'\n"
        "if pid: sys.exit(os.waitpid(pid, 0)[1])\n"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
