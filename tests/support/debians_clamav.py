"""ClamAV of Debian on loopback, which knows one signature of our own: no list of real viruses is fetched."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.debians_mail import free_port
from tests.support.folders import open_folder

VIRUS = b"a file that our own signature knows 7f3a19c2"
SIGNATURE = "Helpdesk.Test"
_SETTINGS = """
Foreground yes
TCPSocket {port}
TCPAddr 127.0.0.1
LocalSocket {folder}/clamd.ctl
LocalSocketMode 666
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
StreamMaxLength 5M
FixStaleSocket yes
DisableCertCheck yes
"""


@contextmanager
def running() -> Iterator[tuple[str, str]]:
    """Its two addresses: host and port, and the path of its socket."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin")
    assert program, "install Debian's package clamav-daemon"
    with open_folder() as folder:
        port = free_port()
        signatures = folder / "signatures"
        signatures.mkdir()
        (signatures / "ours.ndb").write_text(f"{SIGNATURE}:0:*:{VIRUS.hex()}\n")
        settings = folder / "clamd.conf"
        settings.write_text(_SETTINGS.format(port=port, folder=folder))
        daemon = subprocess.Popen([program, "--config-file", str(settings)])
        try:
            _wait_for(folder / "clamd.ctl", daemon)
            yield f"127.0.0.1:{port}", str(folder / "clamd.ctl")
        finally:
            daemon.terminate()
            daemon.wait(timeout=30)


def _wait_for(path: Path, daemon: "subprocess.Popen[bytes]", *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not path.exists():
        assert daemon.poll() is None, "clamd has ended"
        assert time.monotonic() < until, "clamd does not begin"
        time.sleep(0.1)
