"""What row-level security costs: python -m bench.row_security --tickets 20000. Blocks touched, with it and without.

Every statement the pages run is explained again (analyze, buffers) in its own role and with its own values, once as the
database is and once with row-level security disabled inside a transaction that is rolled back; interleaved, medians.
The policies' own work, their InitPlans and SubPlans, is told apart from what the page would have read anyway.
"""

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import Engine, event, func, select

from bench.pages import AGENT, arguments, desk_of, signed_in
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import current
from helpdesk.core.current import Entry, Via
from helpdesk.core.db import db
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.tickets.models import Ticket

ROUNDS = 5
BOUND = 1.1
SUPERFLUOUS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "INSERT", "UPDATE", "DELETE")
TABLES = """select format('alter table %I disable row level security', relname) from pg_class
  where relrowsecurity and relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement of a page: in whose name, with which values."""

    who: Entry
    statement: str
    values: Any


@dataclass(frozen=True, slots=True)
class Blocks:
    """Of shared buffers, hit or read: by the statements, and by InitPlans and SubPlans in them."""

    all: int
    inner: int

    def __add__(self, other: "Blocks") -> "Blocks":
        return Blocks(self.all + other.all, self.inner + other.inner)


def main() -> None:
    options = arguments(__doc__, requests=1).parse_args()
    with desk_of(options) as app, psycopg.connect(EmbeddedServer(options.data).superuser_url()) as connection:
        print("| Page | statements | without | with | of it the policies' own | ratio of the rest |")
        print("|---|--:|--:|--:|--:|--:|")
        for name, email, path in pages(app):
            print(line(name, statements_of(app, email, path), connection), flush=True)


def pages(app: Flask) -> Iterator[tuple[str, str, str]]:
    """What agents and customers open all day."""
    with app.app_context(), current.entering(Via.CLI):
        customer, email, number = db.session.execute(_with_most_tickets()).one()
        recent = db.session.scalar(select(Ticket.ticket_number).order_by(Ticket.id.desc()).limit(1))
    del customer
    yield "queue: all open", AGENT, "/agent/queues/open"
    yield "queue: unassigned", AGENT, "/agent/queues/unassigned"
    yield "queue: a word", AGENT, "/agent/search?q=battery"
    yield "ticket", AGENT, f"/agent/tickets/{recent}"
    yield "portal: my requests", email, "/portal/tickets"
    yield "portal: a request", email, f"/portal/tickets/{number}"


def _with_most_tickets() -> Any:
    is_live = (Ticket.deleted_at.is_(None), Ticket.merged_into_id.is_(None), User.is_active, ~User.is_staff)
    return (
        select(User.id, func.min(EmailAddress.email_key), func.max(Ticket.ticket_number))
        .join(Ticket, Ticket.requester_id == User.id)
        .join(EmailAddress, (EmailAddress.user_id == User.id) & EmailAddress.is_primary)
        .where(*is_live)
        .group_by(User.id)
        .order_by(func.count().desc())
        .limit(1)
    )


def statements_of(app: Flask, email: str, path: str) -> Sequence[Asked]:
    """What the page reads, the second time it is opened."""
    client = signed_in(app, email)
    client.get(path)
    with listening() as asked:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return asked


@contextmanager
def listening() -> Iterator[list[Asked]]:
    asked: list[Asked] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if not statement.startswith(SUPERFLUOUS) and "set_config" not in statement:
            asked.append(Asked(current.entry(), statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def line(name: str, asked: Sequence[Asked], connection: "psycopg.Connection[Any]") -> str:
    """The medians of interleaved rounds, as a line of a table of Markdown."""
    rounds: dict[bool, list[Blocks]] = {True: [], False: []}
    for is_on in (True, False):
        touched(asked, connection, is_on=is_on)  # what a first look leaves behind is left
    for _ in range(ROUNDS):
        for is_on, found in rounds.items():
            found.append(touched(asked, connection, is_on=is_on))
    on, off = (median(rounds[is_on]) for is_on in (True, False))
    own = max(0, on.inner - off.inner)
    ratio = (on.all - own) / max(1, off.all)
    verdict = "" if ratio <= BOUND else " **more**"
    return f"| {name} | {len(asked)} | {off.all} | {on.all} | {own} | {ratio:.2f}{verdict} |"


def median(found: Sequence[Blocks]) -> Blocks:
    return Blocks(
        int(statistics.median(each.all for each in found)),
        int(statistics.median(each.inner for each in found)),
    )


def touched(asked: Sequence[Asked], connection: "psycopg.Connection[Any]", *, is_on: bool) -> Blocks:
    """All statements of the page explained, in a transaction that leaves nothing behind."""
    total = Blocks(0, 0)
    if not is_on:
        for (statement,) in connection.execute(TABLES).fetchall():
            connection.execute(statement)
    for each in asked:
        total += _explained(each, connection)
    connection.rollback()
    return total


def _explained(each: Asked, connection: "psycopg.Connection[Any]") -> Blocks:
    who = {
        "helpdesk.user_id": str(each.who.user_id or ""),
        "helpdesk.ticket_id": str(each.who.ticket_id or ""),
        "role": each.who.role.value,
    }
    for name, value in who.items():
        connection.execute("select set_config(%s, %s, true)", [name, value])
    rows = connection.execute(f"explain (analyze, buffers, format json) {each.statement}", each.values)  # type: ignore[arg-type]  # a statement of ours
    found = rows.fetchone()
    connection.execute("reset role")
    assert found is not None
    plan = (found[0] if isinstance(found[0], list) else json.loads(found[0]))[0]["Plan"]
    return Blocks(_blocks(plan), _inner(plan))


def _blocks(plan: Mapping[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _inner(plan: Mapping[str, Any]) -> int:
    if plan.get("Parent Relationship") in ("InitPlan", "SubPlan"):
        return _blocks(plan)
    return sum(_inner(each) for each in plan.get("Plans", ()))


if __name__ == "__main__":
    main()
