"""A desk as its owner starts it: `helpdesk run` in a process of its own, on a free port."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk.database.embedded import EmbeddedServer
from tests.support.processes import descendants, eventually, is_alive

PATIENCE = 90.0  # seconds; other tests run beside
COMMAND = [sys.executable, "-P", "-m", "helpdesk.cli"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """As for a newcomer: nothing set but where to be."""
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return clean | {"HELPDESK_DATA": str(folder), "HELPDESK_PORT": str(port)} | more


class Desk:
    """One running `helpdesk run`, and what it prints."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = environment(folder, self.port, HELPDESK_WEB_WORKERS="1", **more)
        self.output = folder / "output"
        self.start()

    def start(self) -> None:
        self.output.write_text("")
        with self.output.open("a") as output:
            self.process = subprocess.Popen(
                [*COMMAND, "run"], env=self.environment, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def server(self) -> EmbeddedServer:
        return EmbeddedServer(self.folder)

    def is_ready(self) -> bool:
        return (
            eventually(lambda: "Helpdesk is ready" in self.said or self.has_ended, within=PATIENCE)
            and not self.has_ended
        )

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def setup_link(self) -> str | None:
        found = re.search(r"^Set it up here .*: (http\S+)$", self.said, re.MULTILINE)
        return found[1] if found else None

    def child(self, words: str) -> int:
        """The process among ours whose command line has these words."""
        for pid in descendants(self.process.pid):
            if words in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
                return pid
        raise AssertionError(f"no {words} among the processes")

    def get(self, path: str) -> int:
        """The status of a page; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def processes(self) -> list[int]:
        """All of the desk, PostgreSQL included."""
        postmaster = self.server.pid
        return [self.process.pid, *descendants(self.process.pid), *([postmaster] if postmaster else [])]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def clean_up(self) -> None:
        """Nothing stays, whatever the test did."""
        pids = self.processes()
        self.process.kill()
        self.process.wait()
        self.server.remove()
        assert eventually(lambda: not any(is_alive(pid) for pid in pids)), "the desk left processes"


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Desk]:
    desk = Desk(folder, **more)
    try:
        yield desk
    finally:
        desk.clean_up()
