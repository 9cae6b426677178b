"""Keeps the parts of a running desk alive, and ends them together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import click

from helpdesk.cli.lifeline import end_with_parent

GRACE = 10.0  # seconds between asking and killing
STEP = 0.1  # seconds between two looks
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a part that died is started again
HEALTHY = 60.0  # seconds of life after which a death counts as the first


class Interrupted(BaseException):
    """A signal came where nothing has to be finished first."""


@dataclass
class Child:
    """One part of the desk: a process group, started again when it dies."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    keeps: Sequence[int] = ()  # file descriptors it inherits
    deaths: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = spawn(self.command, self.environment, self.keeps)

    def tend(self) -> None:
        """Start it when it is due, notice when it has died."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.kill()  # what it left of its group
            self.process = None
            self.deaths = 1 if time.monotonic() - self.started > HEALTHY else self.deaths + 1
            pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
            self.due = time.monotonic() + pause
            click.echo(f"The {self.name} ended ({_how(code)}); starting it again in {pause:g} s.", err=True)

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """End the whole group at once, whether or not its leader lives."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
                return
            self.process.wait()


@dataclass
class Supervisor:
    """Watches over children until a signal ends it."""

    children: list[Child] = field(default_factory=list)
    watches: list[Callable[[], None]] = field(default_factory=list)  # looked at in each round
    signals: int = 0
    _may_interrupt: bool = False

    def listen(self) -> None:
        """From now on TERM, INT and HUP end the desk in order; a second one hurries."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: object) -> None:
        self.signals += 1
        if self._may_interrupt:
            self._may_interrupt = False
            raise Interrupted

    def attempt(self, step: Callable[[], object]) -> None:
        """Do what a signal may break off at any point; after a signal, do not begin."""
        if self.is_told_to_stop:
            return
        with suppress(Interrupted):
            try:
                self._may_interrupt = True
                step()
            finally:
                self._may_interrupt = False

    @property
    def is_told_to_stop(self) -> bool:
        return self.signals > 0

    def round(self) -> None:
        """One look at everything."""
        for child in self.children:
            child.tend()
        for watch in self.watches:
            watch()
        time.sleep(STEP)

    def end(self) -> None:
        """Ask all, wait for the grace or for a second signal, kill what is left."""
        deadline = time.monotonic() + GRACE
        for child in self.children:
            child.ask_to_end()
        while not all(child.has_ended() for child in self.children):
            if time.monotonic() > deadline or self.signals > 1:
                break
            time.sleep(STEP)
        for child in self.children:
            child.kill()


def spawn(
    command: Sequence[str], environment: dict[str, str], keeps: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """A process in a group of its own that cannot outlive us."""
    us = os.getpid()
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        pass_fds=keeps,
        process_group=0,  # Ctrl-C in the terminal is for the supervisor, which ends its children in order
        preexec_fn=lambda: end_with_parent(us),  # noqa: PLW1509 — the supervisor has one thread
    )


def python(*arguments: str) -> list[str]:
    """Run with this interpreter; -P keeps the current folder out of what can be imported."""
    return [sys.executable, "-P", "-m", *arguments]


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
