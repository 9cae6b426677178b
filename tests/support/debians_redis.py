"""Debian's redis-server, as it is installed: in memory alone, on a port of its own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import RedisError

from tests.support.debians_postgresql import free_port
from tests.support.processes import eventually

PASSWORD = "open-sesame"


@contextmanager
def running() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Its address, password included, and its process."""
    program = shutil.which("redis-server")
    assert program, "install Debian's package redis-server"
    port = free_port()
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD)
    process = subprocess.Popen([program, *options, "--daemonize", "no"], stdout=subprocess.DEVNULL)
    url = f"redis://:{PASSWORD}@127.0.0.1:{port}/0"
    try:
        assert eventually(lambda: _answers(url), within=20)
        yield url, process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(10)


def _answers(url: str) -> bool:
    try:
        return bool(Redis.from_url(url, socket_timeout=1).ping())
    except RedisError:
        return False
