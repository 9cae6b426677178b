"""A signed-in person who talks to a running desk over HTTP as a browser without JavaScript would."""

import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from uuid import uuid4


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers, not orders."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


class HttpPerson:
    """One browser. `post` raises OSError where no answer came."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self.jar))
        self.csrf_token = ""

    def get(self, path: str) -> tuple[int, str]:
        status, page, _ = self._ask(urllib.request.Request(self.url + path))
        if found := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page):
            self.csrf_token = found.group(1)
        return status, page

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """The status and where it leads."""
        filled = {"csrf_token": self.csrf_token, "submission_key": str(uuid4()), **fields}
        body = urllib.parse.urlencode(filled).encode()
        status, _, location = self._ask(
            urllib.request.Request(self.url + path, data=body, headers={"Referer": self.url + "/"})
        )
        return status, location

    def sign_in(self, email: str, password: str) -> None:
        self.get("/login")
        status, location = self.post("/login", email=email, password=password)
        if status != 303 or "/login" in location:
            raise RuntimeError(f"{email} could not sign in: {status} {location}")

    def cookie(self, name: str) -> str:
        """The value of a cookie the desk has set."""
        return next(each.value or "" for each in self.jar if each.name == name)

    def _ask(self, request: urllib.request.Request) -> tuple[int, str, str]:
        try:
            return self._answer(request)
        except HTTPException as broken:  # it died in the middle of its answer
            raise OSError(f"no whole answer: {broken!r}") from broken

    def _answer(self, request: urllib.request.Request) -> tuple[int, str, str]:
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, answer.read().decode(), ""
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode(errors="replace"), answer.headers.get("Location", "")
