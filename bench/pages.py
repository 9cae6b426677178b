"""How fast the agents' pages are on a large desk: python -m bench.pages --tickets 100000. Numbers to read, no test.

The desk is made once in its folder and kept; the pages are asked for in this process, so that what is measured is the
application with its PostgreSQL and not the web server.
"""

import argparse
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from helpdesk.accounts.models import EmailAddress
from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import clock, current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.tokens import digest, new_token
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database import migrations
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.roles import owner_engine
from helpdesk.demo import generate, prepare
from helpdesk.identity.models import SignInSession
from helpdesk.reports.jobs import sum_up_statistics
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.models import Ticket

AGENT = "agent@example.com"
WORDS = (
    "battery",
    "invoice",
    "lock",
    "refund",
    "delivery",
    "brake",
    "password",
    "charger",
    "address",
    "bike",
)
WARM_UP = 5
LIMITS = ("most_tickets_an_hour", "most_searches_a_minute", "most_statistics_a_minute")
"""Nobody asks as often as a bench does."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A page, asked for in many ways: `ask` is given how often it was asked before."""

    name: str
    ask: Callable[[int], str]
    expects: tuple[int, ...] = (200,)
    is_poll: bool = False
    """Asks whether there is news, as a page that stays open does."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request took."""

    seconds: float
    statements: int
    size: int


def main() -> None:
    options = arguments(__doc__, requests=500).parse_args()
    with desk_of(options) as app:
        numbers = numbers_on(app)
        print(f"{len(numbers):,} tickets, {options.requests} requests of each page\n")
        for line in table(measure(app, kind, options.requests) for kind in kinds(numbers)):
            print(line, flush=True)


def arguments(about: str | None, *, requests: int) -> argparse.ArgumentParser:
    """What every bench of pages can be told."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=requests)
    parser.add_argument(
        "--data", type=Path, default=Path("/tmp/helpdesk-bench"), help="where the desk is kept"
    )
    parser.add_argument("--stop", action="store_true", help="stop its PostgreSQL at the end")
    return parser


@contextmanager
def desk_of(options: argparse.Namespace) -> Iterator[Flask]:
    """The desk these arguments ask for: made at the first time, kept for the next."""
    server = EmbeddedServer(options.data)
    server.start()
    try:
        config = Config.from_environ(
            {"DATABASE_URL": server.url("helpdesk"), "HELPDESK_DATA": str(options.data)}
        )
        fill(config, options.tickets)
        with owner_engine(config).begin() as connection:  # what the worker does every five minutes
            sum_up_statistics.function(connection)
        app = create_app(config)
        with app.app_context(), current.entering(Via.CLI), unit_of_work():
            change_settings(**dict.fromkeys(LIMITS, 0))
        yield app
    finally:
        if options.stop:
            server.stop()


def fill(config: Config, tickets: int) -> None:
    """The tables as they are today, and the tickets, where there are none."""
    migrations.upgrade(config)
    engine = owner_engine(config)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.scalar(select(Ticket.id).limit(1)) is not None:
            connection.exec_driver_sql(
                "analyze"
            )  # columns that migrations have added since are known to nobody
            return
    prepare(engine)
    with engine.begin() as connection:
        generate(connection, tickets=tickets, seed=1, password="demo demo demo")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")


def numbers_on(app: Flask) -> list[str]:
    with app.app_context(), current.entering(Via.CLI):
        there = select(Ticket.ticket_number).where(Ticket.deleted_at.is_(None))
        return list(db.session.scalars(there.order_by(Ticket.id)))


def kinds(numbers: list[str]) -> list[Kind]:
    """What an agent does all day. Which ticket, word or place it is about changes from request to request."""
    chance = random.Random(1)
    some = [chance.choice(numbers) for _ in range(1000)]
    recent = [chance.choice(numbers[-2000:]) for _ in range(1000)]
    sorts = ("priority", "-activity", "created", "updated", "-due")
    return [
        Kind("queue: all open", lambda _n: "/agent/queues/open"),
        Kind("queue: unassigned", lambda _n: "/agent/queues/unassigned"),
        Kind("queue: mine", lambda _n: "/agent/queues/mine"),
        Kind("queue: everything", lambda _n: "/agent/queues/everything"),
        Kind("filtered: priority and status", lambda _n: "/agent/queues/open?q=priority:high+status:open"),
        Kind("filtered: tag", lambda _n: "/agent/queues/everything?q=tag:refund"),
        Kind("sorted", lambda n: f"/agent/queues/open?sort={sorts[n % len(sorts)]}", (200, 400)),
        Kind("search: one word", lambda n: f"/agent/search?q={WORDS[n % len(WORDS)]}"),
        Kind("search: two words", lambda n: f"/agent/search?q={WORDS[n % 10]}+{WORDS[(n * 7 + 3) % 10]}"),
        Kind("search: number", lambda n: f"/agent/search?q={some[n % 1000]}", (200, 302, 303)),
        Kind("queue: poll without news", lambda _n: "/agent/queues/open", (200, 304), is_poll=True),
        Kind("ticket", lambda n: f"/agent/tickets/{recent[n % 1000]}"),
        Kind("ticket: old", lambda n: f"/agent/tickets/{some[n % 1000]}"),
    ]


def measure(app: Flask, kind: Kind, requests: int) -> tuple[Kind, list[Cost]]:
    client = signed_in(app)
    for number in range(WARM_UP):
        known = client.get(kind.ask(number))
    version = re.search(r'data-version="([^"]+)"', known.get_data(as_text=True)) if kind.is_poll else None
    headers = {"X-Polling": "true", "If-None-Match": f'"{version[1]}"'} if version else {}
    costs = []
    with counting() as count:
        for number in range(requests):
            count.clear()
            began = time.perf_counter()
            answer = client.get(kind.ask(number), headers=headers)
            seconds = time.perf_counter() - began
            if answer.status_code not in kind.expects:
                raise SystemExit(f"{kind.ask(number)} answered {answer.status_code}")
            costs.append(Cost(seconds, len(count), len(answer.data)))
    return kind, costs


def table(measured: Iterator[tuple[Kind, list[Cost]]]) -> Iterator[str]:
    """Milliseconds, as the lines of a table of Markdown, each as soon as it is known."""
    yield "| Page | median | p95 | p99 | p95 ÷ median | statements | HTML |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for kind, costs in measured:
        times = sorted(each.seconds * 1000 for each in costs)
        median, p95, p99 = (
            statistics.median(times),
            times[len(times) * 95 // 100],
            times[len(times) * 99 // 100],
        )
        most, size = max(each.statements for each in costs), max(each.size for each in costs)
        yield (
            f"| {kind.name} | {median:.0f} ms | {p95:.0f} ms | {p99:.0f} ms | {p95 / median:.1f} | {most} "
            f"| {size / 1000:.0f} kB |"
        )


def signed_in(app: Flask, email: str = AGENT) -> FlaskClient:
    """A client in which somebody of the desk is signed in: the agent of the manual."""
    token = new_token()
    with app.app_context(), current.entering(Via.WEB), unit_of_work():
        person = db.session.scalars(select(EmailAddress.user_id).where(EmailAddress.email_key == email)).one()
        now = clock.now()
        session = SignInSession(
            token_hash=digest(token), user_id=person, expires_at=now + timedelta(hours=8), proven_at=now
        )
        db.session.add(session)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    return client


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that reach PostgreSQL."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
