"""The product as people run it: `helpdesk run` in a process of its own, to be talked to over HTTP and to be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from helpdesk.database.embedded import EmbeddedServer
from tests.support.databases import THIS_MACHINE

PATIENCE = 120.0  # seconds; other tests run beside


def free_port() -> int:
    """A port of loopback nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RunningDesk:
    """A desk with its own data folder and port. Its processes are ended by their own pid."""

    def __init__(
        self,
        folder: Path,
        *,
        program: tuple[str, ...] = (sys.executable, "-P", "-m", "helpdesk.cli"),
        **environment: str,
    ) -> None:
        self.folder, self.program, self.port = folder, program, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "console.log"
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("HELPDESK_", "DATABASE_"))
            },
            "HELPDESK_DATA": str(folder / "data"),
            "HELPDESK_PORT": str(self.port),
            "HELPDESK_PRIVATE_NETWORKS": THIS_MACHINE,
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, "run"], env=self.environment, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> float:
        """Seconds until /readyz answered 200."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(f"the desk ended by itself:\n{self.said()}")
            if self.answers("/readyz"):
                return time.monotonic() - began
            time.sleep(0.1)
        raise TimeoutError(f"not ready after {PATIENCE} s:\n{self.said()}")

    def answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def said(self) -> str:
        """What it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run another command of the same desk, which has to go well."""
        done = self.attempt(*arguments)
        done.check_returncode()
        return done

    def attempt(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run another command of the same desk, however it goes."""
        return subprocess.run(
            [*self.program, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def processes(self, part: str) -> list[psutil.Process]:
        """The processes of a part: web, worker, postgres, or all with the supervisor."""
        assert self.process is not None
        supervisor = psutil.Process(self.process.pid)
        below = supervisor.children(recursive=True)
        if part == "postgres":
            postmaster = EmbeddedServer(Path(self.environment["HELPDESK_DATA"])).pid
            return [psutil.Process(postmaster)] if postmaster else []
        if part == "all":
            return [supervisor, *below, *self.processes("postgres")]
        word = {"web": "gunicorn", "worker": "worker"}[part]
        return [each for each in below if word in " ".join(_command_line(each))]

    def kill(self, part: str) -> int:
        """kill -9, each process by its pid. Returns how many there were."""
        victims = self.processes(part)
        for victim in victims:
            try:
                victim.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        if part == "all" and self.process is not None:
            self.process.wait()
        return len(victims)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end. Returns the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)

    def remove(self) -> None:
        """End what is left, whatever happened before."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill("all")
        EmbeddedServer(Path(self.environment["HELPDESK_DATA"])).stop()


def _command_line(process: psutil.Process) -> list[str]:
    try:
        found: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return found
