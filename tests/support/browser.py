"""A person at a browser without JavaScript: the test client, signed in, that fills in what a real form carries."""

from __future__ import annotations

import hashlib
import html
import os
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

RAW_TOKEN = hashlib.sha1(b"tests").hexdigest()


@dataclass
class Seen:
    """An answer, as tests ask about it."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def text(self) -> str:
        """The words of the page without its tags."""
        without = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]+>", " ", self.html)
        return " ".join(html.unescape(without).split())

    @property
    def location(self) -> str | None:
        return self.response.headers.get("Location")

    @property
    def headers(self) -> Any:
        return self.response.headers


class Browser:
    """One person's browser. `statements` holds the SQL of the last request."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
        self.csrf_token = str(signer.dumps(RAW_TOKEN))

    def get(self, path: str, **options: Any) -> Seen:
        options = {"method": "GET", "buffered": True, **options}  # what is streamed is read, and ends
        return Seen(self.client.open(path, **options))

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, follow: bool = False, **options: Any
    ) -> Seen:
        """Send a form: the token and the submission key are filled in as the page would have."""
        with self.client.session_transaction() as session:
            session["csrf_token"] = RAW_TOKEN
        filled = {"csrf_token": self.csrf_token, "submission_key": str(uuid4()), **(data or {})}
        options = {"method": "POST", "buffered": True, **options}
        return Seen(self.client.open(path, data=filled, follow_redirects=follow, **options))


def random_ip() -> str:
    return f"203.0.113.{os.urandom(1)[0]}"
