"""Asks over real HTTP, as a browser that keeps its connection: one after the other, or several at once."""

import math
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlencode

TIMEOUT = 60
REFRESHES = 20
IDLE = 2  # seconds; gunicorn closes after five


@dataclass(frozen=True, slots=True)
class Door:
    """A server, and the cookie of who is signed in there."""

    port: int
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Something people do. `address` is given how often it was done before."""

    name: str
    door: Door
    address: Callable[[int], str]
    is_reply: bool = False
    is_refresh: bool = False


class Visitor:
    """One browser."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.connection = HTTPConnection("127.0.0.1", door.port, timeout=TIMEOUT)
        self.used_at = -math.inf

    def get(self, address: str, headers: Mapping[str, str]) -> tuple[float, bytes]:
        """Seconds until all of it has arrived, and what it is."""
        return self._ask("GET", address, {"Cookie": self.door.cookie, **headers})

    def refresh(self, address: str) -> float:
        """Look at a page, then ask whether there is news: seconds of that question alone, answered that there is none.

        Where somebody else was faster, the page is looked at again.
        """
        for _ in range(REFRESHES):
            _, page = self.get(address, {})
            version = page.decode().partition('data-version="')[2].partition('"')[0]
            seconds, news = self.get(address, {"X-Polling": "true", "If-None-Match": f'"{version}"'})
            if not news:
                return seconds
        raise SystemExit(f"{address} had news {REFRESHES} times on end: no refresh was unchanged")

    def reply(self, address: str) -> float:
        """Answer the ticket of this page: seconds of the POST alone."""
        _, page = self.get(address, {})
        form = Form(f"{address}/replies")
        form.feed(page.decode())
        origin = f"http://127.0.0.1:{self.door.port}"
        headers = {"Cookie": self.door.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode([*form.fields, ("content", "Thank you, we are looking into it.")])
        return self._ask("POST", f"{address}/replies", {**headers, "Origin": origin}, body)[0]

    def _ask(
        self, method: str, address: str, headers: Mapping[str, str], body: str | None = None
    ) -> tuple[float, bytes]:
        self._connect()
        began = time.perf_counter()
        self.connection.request(method, address, body, dict(headers))
        answer = self.connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - began
        self.used_at = time.monotonic()
        if answer.status >= 400:
            raise SystemExit(f"{method} {address} answered {answer.status}")
        return seconds, content

    def _connect(self) -> None:
        """Anew where the server may have let go of the connection meanwhile."""
        if time.monotonic() - self.used_at > IDLE:
            self.connection.close()
            self.connection.connect()
            self.used_at = time.monotonic()


class Form(HTMLParser):
    """What a browser sends of the form with this address: hidden fields, and ticks as the page has set them."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.fields, self._is_inside = action, list[tuple[str, str]](), False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "template":  # what scripts copy is not sent
            self._is_inside = False
        elif tag == "form":
            self._is_inside = (given.get("action") or "").split("?")[0] == self.action
        elif tag == "input" and self._is_inside and (given.get("type") == "hidden" or "checked" in given):
            self.fields.append((given.get("name") or "", given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


def do(what: Asked, visitor: Visitor, times: int) -> float:
    """Once. Returns seconds."""
    address = what.address(times)
    if what.is_refresh:
        return visitor.refresh(address)
    return visitor.reply(address) if what.is_reply else visitor.get(address, {})[0]


def interleaved(everything: Sequence[Asked], *, rounds: int, requests: int) -> dict[str, list[float]]:
    """For each name the median of every round, in seconds; the rounds of all follow each other."""
    visitors = {each.name: Visitor(each.door) for each in everything}
    done = dict.fromkeys(visitors, 0)
    medians: dict[str, list[float]] = {each.name: [] for each in everything}
    for number in range(rounds + 1):
        for each in everything:
            times = []
            for _ in range(requests):
                times.append(do(each, visitors[each.name], done[each.name]))
                done[each.name] += 1
            if number:  # the first round warms up
                medians[each.name].append(median(times))
    return medians


def at_once(
    mix: Sequence[tuple[Asked, int]], *, visitors: int, seconds: float, seed: int = 1
) -> dict[str, list[float]]:
    """So many browsers for so long, each drawing from the mix by weight. For each name the seconds of every request."""
    found: dict[str, list[float]] = {each.name: [] for each, _ in mix}
    end = time.monotonic() + seconds

    def visit(number: int) -> None:
        chance = random.Random(f"{seed} {number}")
        browsers = {each.name: Visitor(each.door) for each, _ in mix}
        while time.monotonic() < end:
            (each,) = chance.choices([each for each, _ in mix], [weight for _, weight in mix])
            found[each.name].append(do(each, browsers[each.name], chance.randrange(100_000)))

    threads = [threading.Thread(target=visit, args=(number,), daemon=True) for number in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def percentile(times: Sequence[float], share: float) -> float:
    """So large a share of them took no longer."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
