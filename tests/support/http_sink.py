"""A web server that nobody should ask anything: it notes every connection and every address that is asked for."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass
class Sink:
    """Where it is, and what it saw. `connections` counts also those on which nothing was asked."""

    host: str = ""
    asked: list[str] = field(default_factory=list)
    connections: int = 0


@contextmanager
def http_sink(address: str = "127.0.0.1") -> Iterator[Sink]:
    """Listens on loopback until the block ends; answers everything with a picture of one pixel."""
    sink = Sink()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sink.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", str(len(PIXEL)))
            self.end_headers()
            self.wfile.write(PIXEL)

        do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 — as the server looks for them

        def log_message(self, *args: Any) -> None:
            """Nothing: what was asked is kept."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def get_request(self) -> Any:
            sink.connections += 1
            return super().get_request()

    with Server((address, 0), Answers) as server:
        sink.host = f"{address}:{server.server_port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()
