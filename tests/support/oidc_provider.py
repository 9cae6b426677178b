"""A sign-in provider on loopback: it does all a provider has to, and lies where a test tells it to."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "right", "use": "sig", "alg": "RS256"}, private=True)
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "right", "use": "sig"}, private=True)


class OidcProvider(ThreadingHTTPServer):
    """Discovery, keys, tokens, userinfo. Nobody types anything: `answer_to` is what the page of signing in would do."""

    daemon_threads = True
    client_id, client_secret = "desk", "client's own & only"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.person: dict[str, Any] = {
            "sub": "carl-at-idp",
            "email": "carl@customer.example",
            "email_verified": True,
            "name": "Carl Customer",
        }
        self.lies: dict[str, Any] = {}
        """Claims of the token that are other than they should be; None: left out."""
        self.in_userinfo = False
        """The token holds `sub` alone; the rest is asked for."""
        self.userinfo_lies: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        """What is other in its description."""
        self.sign: Callable[[dict[str, Any]], str] = self.rightly
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.asked: list[str] = []

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer_to(self, url: str) -> dict[str, str]:
        """What it sends the browser back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": True,
            **self.document,
        }

    def grant(self, asked: dict[str, str]) -> dict[str, object] | None:
        question = self.codes.pop(asked.get("code", ""), None)
        if question is None or asked.get("redirect_uri") != question["redirect_uri"]:
            return None
        proof = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).decode().rstrip("=") != question["code_challenge"]:
            return None
        self.tokens.add(token := secrets.token_urlsafe(16))
        now = int(time.time())
        said = {"sub": self.person["sub"]} if self.in_userinfo else self.person
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": question["nonce"],
            **said,
            **self.lies,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        return {"access_token": token, "token_type": "Bearer", "id_token": self.sign(given)}

    def rightly(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "right"}, claims, KEY)

    def with_foreign_key(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "right"}, claims, FOREIGN_KEY)

    def with_public_key_as_secret(self, claims: dict[str, Any]) -> str:
        return _by_secret(claims, KEY.as_pem(private=False))

    def with_client_secret(self, claims: dict[str, Any]) -> str:
        return _by_secret(claims, self.client_secret.encode())

    def unsigned(self, claims: dict[str, Any]) -> str:
        return f"{_packed({'alg': 'none'})}.{_packed(claims)}."

    def of_another_type(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "right", "typ": "logout+jwt"}, claims, KEY)

    def tampered(self, claims: dict[str, Any]) -> str:
        head, _body, signature = self.rightly(claims).split(".")
        return f"{head}.{_packed({**claims, 'email': 'ada@desk.example'})}.{signature}"


def _packed(said: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _by_secret(claims: dict[str, Any], secret: bytes) -> str:
    said = f"{_packed({'alg': 'HS256', 'kid': 'right'})}.{_packed(claims)}"
    proof = hmac.digest(secret, said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(proof).decode().rstrip('=')}"


class _Answers(BaseHTTPRequestHandler):
    server: OidcProvider

    def do_GET(self) -> None:
        idp = self.server
        idp.asked.append(self.path)
        if self.path == "/.well-known/openid-configuration":
            self._answer(200, idp.described())
        elif self.path == "/keys":
            self._answer(
                200, {"keys": [KEY.as_dict(private=False), {"kty": "oct", "k": "AAAA", "kid": "right"}]}
            )
        elif self.path == "/userinfo":
            is_known = self.headers.get("Authorization", "").removeprefix("Bearer ") in idp.tokens
            self._answer(200 if is_known else 401, {**idp.person, **idp.userinfo_lies})
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        self.server.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        said = self.headers.get("Authorization", "").removeprefix("Basic ")
        user, _, password = base64.b64decode(said).decode().partition(":")
        is_client = (unquote(user), unquote(password)) == (self.server.client_id, self.server.client_secret)
        granted = self.server.grant(asked) if is_client else None
        self._answer(200 if granted else 400, granted or {"error": "invalid_grant"})

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
def running() -> Iterator[OidcProvider]:
    with OidcProvider() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
