"""An OAuth2 authorization server on loopback: grants tokens for a code or a refresh token, and says which are good."""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class TokenEndpoint(ThreadingHTTPServer):
    """`/token` grants (RFC 6749, 4.1.3 and 6); `/introspect` tells a mail server whose token it is (RFC 7662)."""

    daemon_threads = True
    client_id, client_secret, code, account = "desk", "client's own", "a code", "support@desk.test"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.refresh_token = "first refresh token"
        self.access_tokens: set[str] = set()
        self.granted: list[str] = []
        """Kinds of grants, in order."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def grant(self, asked: dict[str, str]) -> dict[str, object] | None:
        """What the client gets for its code or refresh token; None: nothing."""
        if (asked.get("client_id"), asked.get("client_secret")) != (self.client_id, self.client_secret):
            return None
        kind = asked.get("grant_type", "")
        proof = {
            "authorization_code": ("code", self.code),
            "refresh_token": ("refresh_token", self.refresh_token),
        }
        if kind not in proof or asked.get(proof[kind][0]) != proof[kind][1]:
            return None
        token = secrets.token_urlsafe(16)
        self.access_tokens.add(token)
        self.granted.append(kind)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": self.refresh_token,
        }


class _Answers(BaseHTTPRequestHandler):
    server: TokenEndpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path == "/token":
            granted = self.server.grant(asked)
            self._answer(200 if granted else 400, granted or {"error": "invalid_grant"})
        else:
            good = asked.get("token") in self.server.access_tokens
            self._answer(200, {"active": good, **({"username": self.server.account} if good else {})})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — as the base class calls it
        """Tests print what they need."""


@contextmanager
def running() -> Iterator[TokenEndpoint]:
    with TokenEndpoint() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
