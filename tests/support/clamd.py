"""A virus scanner as ClamAV's daemon speaks: it knows EICAR's test file, and counts what it was shown."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""In two pieces: scanners that look at our sources are left in peace."""
SIGNATURE = "Eicar-Test-Signature"


class Clamd(socketserver.ThreadingTCPServer):
    """One on a port of its own. `answers` replaces what it says; `most` is the most bytes it takes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.seen: list[bytes] = []
        self.answers: bytes | None = None
        self.most = 50_000_000

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            if not (byte := self.rfile.read(1)):
                return
            command += byte
        self.wfile.write({b"zPING\0": b"PONG\0", b"zINSTREAM\0": b""}.get(command, b"UNKNOWN COMMAND\0"))
        if command == b"zINSTREAM\0":
            self.wfile.write(self._looked_at() + b"\0")

    def _looked_at(self) -> bytes:
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > self.server.most:
                return b"INSTREAM size limit exceeded. ERROR"
        self.server.seen.append(content)
        if self.server.answers is not None:
            return self.server.answers
        return f"stream: {SIGNATURE} FOUND".encode() if EICAR in content else b"stream: OK"


@contextmanager
def running() -> Iterator[Clamd]:
    """A scanner for the length of the block."""
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
