"""How fast the statistics are on a large desk: python -m bench.statistics --tickets 100000. Numbers to read, no test.

The desk of bench.pages is made once in its folder and kept. With --explain the plans of both statements follow.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from bench.pages import AGENT, Kind, arguments, desk_of, measure, numbers_on, table
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock, current
from helpdesk.core.current import DatabaseRole, Via
from helpdesk.core.db import db
from helpdesk.reports import statements
from helpdesk.reports.periods import latest
from helpdesk.reports.scopes import scope_of

PAGES = (
    ("7 days", "?days=7"),
    ("28 days", ""),
    ("13 weeks", "?days=91"),
    ("52 weeks", "?days=364"),
    ("all there is, three years", "?from=2024-01-01&to=2026-12-31"),
    ("28 days, one team", "?team=Billing"),
    ("52 weeks, one tag", "?days=364&tag=vip"),
    ("all there is, one tag", "?from=2024-01-01&to=2026-12-31&tag=vip"),
    ("52 weeks, priority, nobody", "?days=364&priority=high&assignee=nobody"),
    ("52 weeks, one organization", "?days=364&org=a"),
)


def main() -> None:
    parser = arguments(__doc__, requests=20)
    parser.add_argument("--explain", type=int, metavar="DAYS", help="show the plans for so many days")
    options = parser.parse_args()
    with desk_of(options) as app:
        print(f"{len(numbers_on(app)):,} tickets, {options.requests} requests of each page\n")
        for line in table(measure(app, kind, options.requests) for kind in kinds()):
            print(line, flush=True)
        if options.explain:
            print("\n".join(plans(app, options.explain)))


def kinds() -> Iterator[Kind]:
    """The page over ever longer periods and under filters, and a list that one of its numbers leads to."""
    for name, query in PAGES:
        yield Kind(f"statistics: {name}", partial(_address, f"/agent/statistics{query}"))
    yield Kind(
        "the list behind a number: a year", partial(_address, "/agent/search?q=created:2025+-is:merged")
    )


def _address(address: str, _times: int) -> str:
    return address


def plans(app: Flask, days: int) -> Iterator[str]:
    """What PostgreSQL does for both statements."""
    zone = ZoneInfo("Europe/Amsterdam")
    with app.app_context(), current.entering(Via.CLI, role=DatabaseRole.APP):
        key = EmailAddress.email_key == AGENT
        agent = db.session.scalars(select(User).join(User.addresses).where(key)).one()
        scope, period = scope_of(agent, (), zone=zone, people={}), latest(days, zone, clock.now())
        for statement in (statements.counts(scope, period, clock.now()), statements.times(scope, period)):
            compiled: Any = statement.compile(
                dialect=db.engine.dialect, compile_kwargs={"render_postcompile": True}
            )
            asked = f"explain (analyze, costs off, timing off) {compiled}"
            yield ""
            yield from (
                row[0] for row in db.session.connection().exec_driver_sql(asked, compiled.construct_params())
            )


if __name__ == "__main__":
    main()
