"""Starts gunicorn as `helpdesk run` does, on a port of its own, and tells how much memory its workers have."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection

import psutil

PATIENCE = 90.0  # seconds until it must answer


@contextmanager
def served(application: str, environment: Mapping[str, str], *, ready: str) -> Iterator["Server"]:
    """The port it listens on, once `ready` has been answered."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:helpdesk.cli.gunicorn_settings"]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", application], env={**os.environ, **environment}
    )
    try:
        _await(port, ready, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


class Server:
    """A running gunicorn."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid

    def megabytes(self) -> list[float]:
        """What each worker has for itself and its part of what they share (PSS)."""
        workers = psutil.Process(self.pid).children()
        return [each.memory_full_info().pss / 2**20 for each in workers]


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port: int = any_port.getsockname()[1]
        return port


def _await(port: int, ready: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", ready)
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"gunicorn did not answer {ready}")
