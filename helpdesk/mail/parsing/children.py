"""The processes that parse: kept between mails, ended and replaced when one takes too long or dies."""

import atexit
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

from helpdesk.mail.parsing import limits

MAILS_EACH = 500  # then a fresh one takes over: memory that was ever used stays with a process
MOST = max(2, min(4, os.cpu_count() or 2))
_PIECE = 1 << 20
_INHERITED = ("COVERAGE", "COV_", "LANG", "LC_", "LD_", "PATH", "PYTHON", "TZ", "VIRTUAL_ENV")


class Ended(Exception):
    """The child is gone; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Child:
    """One process. Whoever uses it, has it alone."""

    def __init__(self) -> None:
        # our secrets are none of its business
        environ = {name: value for name, value in os.environ.items() if name.startswith(_INHERITED)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "helpdesk.mail.parsing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environ,
            bufsize=0,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        self.asked = 0

    @property
    def is_fit(self) -> bool:
        """It lives and has not done its share yet."""
        return self.asked < MAILS_EACH and self._process.poll() is None

    def ask(self, raw: bytes) -> bytes:
        """Its answer. Raises Ended, and then it is."""
        self.asked += 1
        deadline = time.monotonic() + limits.WALL_SECONDS
        try:
            self._write(memoryview(limits.LENGTH.pack(len(raw)) + raw), deadline)
            head = self._read(limits.LENGTH.size, deadline)
            return self._read(limits.LENGTH.unpack(head)[0], deadline)
        except (TimeoutError, BrokenPipeError, EOFError) as error:
            raise Ended(self._why(error)) from error

    def _write(self, content: memoryview, deadline: float) -> None:
        while content:
            _wait(writable=self._in, deadline=deadline)
            with suppress(BlockingIOError):
                content = content[os.write(self._in, content[:_PIECE]) :]

    def _read(self, length: int, deadline: float) -> bytes:
        found = bytearray()
        while len(found) < length:
            _wait(readable=self._out, deadline=deadline)
            piece = os.read(self._out, min(_PIECE, length - len(found)))
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)

    def _why(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            self.end()
            return f"Reading it took longer than {limits.WALL_SECONDS:.0f} seconds."
        code = self._process.wait()
        if code == -signal.SIGPROF:
            return f"Reading it takes more than {limits.CPU_SECONDS:.0f} seconds of a processor."
        return f"The process that read it ended with {code}."

    def end(self) -> None:
        """Now, whatever it does."""
        self._process.kill()
        self._process.wait()
        self.let_go()

    def let_go(self) -> None:
        """It ends by itself when nobody can ask any more."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()


def _wait(*, deadline: float, readable: int | None = None, writable: int | None = None) -> None:
    poll = select.poll()  # select() knows no file number above 1024
    if readable is not None:
        poll.register(readable, select.POLLIN)
    if writable is not None:
        poll.register(writable, select.POLLOUT)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError


class Children:
    """At most MOST at once; started when they are needed."""

    def __init__(self) -> None:
        self._begin()
        os.register_at_fork(after_in_child=self._begin)  # a fork may not speak into its parent's pipes
        atexit.register(self.let_go)

    def _begin(self) -> None:
        self._idle: list[Child] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST)

    def ask(self, raw: bytes) -> bytes:
        """The answer of the next who is free. Raises Ended; the next question finds another."""
        with self._places:
            child = self._taken()
            try:
                answer = child.ask(raw)
            except BaseException:
                child.end()
                raise
            with self._lock:
                self._idle.append(child)
            return answer

    def _taken(self) -> Child:
        while True:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            if child is None:
                return Child()
            if child.is_fit:
                return child
            child.end()

    def let_go(self) -> None:
        """Nobody waits any more."""
        with self._lock:
            for child in self._idle:
                child.let_go()
            self._idle.clear()
