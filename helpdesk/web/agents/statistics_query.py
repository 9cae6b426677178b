"""What the address of the statistics asks for: a period, and the filter in the fields that lists know too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from flask import g, request, url_for

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.queues.catalogue import SEARCH
from helpdesk.reports.measures import COUNTED, Terms
from helpdesk.reports.periods import BadPeriod, Period, latest, period_of
from helpdesk.reports.scopes import FILTERS, scope_of
from helpdesk.reports.statements import Scope
from helpdesk.tickets.criteria import Term, parse
from helpdesk.tickets.criteria.people import ANY, people_called
from helpdesk.tickets.criteria.terms import quoted
from helpdesk.web.agents.desk_zone import desk_zone
from helpdesk.web.agents.list_query import url_of
from helpdesk.web.languages import gettext as _

PRESETS = (7, 28, 91, 364)
USUAL = 28
"""Days; whole weeks, so that a period and the one before have as many Mondays."""
_PLAIN = "!$'()*,/:;?@"
"""What url_for leaves as it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A period and a filter. `preset` is the number of days where the period lasts until today, None for other days;
    `typed` is what the address said, `error` what of it was not understood; `search_url` is where tickets are listed.
    """

    period: Period
    preset: int | None
    terms: Terms
    typed: Mapping[str, str]
    search_url: str
    error: str = ""

    @property
    def args(self) -> dict[str, Any]:
        """What an address says of it."""
        days: dict[str, Any] = {"days": self.preset} if self.preset else self._days
        return {**days, **self.filters}

    @property
    def filters(self) -> dict[str, Any]:
        return {name: self.typed[name] for name in FILTERS if self.typed.get(name)}

    @property
    def _days(self) -> dict[str, Any]:
        return {"from": str(self.period.first), "to": str(self.period.last)}

    def url(self, **other: Any) -> str:
        """The statistics with something else asked for; None leaves it out."""
        if "days" in other:
            return url_for("agents.statistics.show", **{**self.filters, **other})
        return url_for("agents.statistics.show", **{**self.args, **other})

    def table_url(self, name: str) -> str:
        """One of its tables to take along."""
        return url_for("agents.statistics.table", name=name, **self.args)

    def tickets_url(self, terms: Terms) -> str:
        """The list of exactly the tickets that are counted by these terms."""
        asked = dict.fromkeys((*terms, *self.terms, *COUNTED))
        # put together here from what is kept: a page has hundreds of them, of the same few terms and a person's
        return f"{self.search_url}?q={'+'.join(map(_in_address, asked))}"


@lru_cache(maxsize=2_000)
def _in_address(term: Term) -> str:
    """As a query has it that is nothing but terms."""
    return quote_plus(str(term), safe=_PLAIN)


def asked() -> Asked:
    """What this request asks; what cannot be meant is told, and the usual is shown in its place."""
    names = ("days", "from", "to", *FILTERS)
    typed = {name: one_line(request.args.get(name, "")) for name in names}
    errors, zone = [], desk_zone()
    preset: int | None = USUAL
    period = latest(USUAL, zone, clock.now())
    try:
        period, preset = _period(typed)
    except BadPeriod as bad:
        errors.append(_(bad.sentence))
    terms: list[Any] = []
    for name in FILTERS:
        try:
            terms.extend(_terms(name, typed[name]))
        except Unwelcome as bad:
            errors.append(_(bad.sentence))
            typed[name] = ""
    return Asked(period, preset, tuple(terms), typed, url_of(SEARCH), errors[0] if errors else "")


def scope(wanted: Asked) -> Scope:
    """The tickets that are counted. Costs one statement where the filter names somebody by their address."""
    addresses = [
        value for term in wanted.terms if term.field == "assignee" for value in term.values if "@" in value
    ]
    people = {address: db.session.scalar(people_called(address)) for address in addresses}
    known = {address: person for address, person in people.items() if person is not None}
    return scope_of(g.agent, wanted.terms, zone=desk_zone(), people=known)


def _period(typed: Mapping[str, str]) -> tuple[Period, int | None]:
    zone, now = desk_zone(), clock.now()
    if typed["from"] or typed["to"]:
        today = str(now.astimezone(zone).date())
        first, last = (_day(typed[name] or today) for name in ("from", "to"))
        return period_of(first, last, zone), None
    days = typed["days"] or str(USUAL)
    if days not in map(str, PRESETS):
        raise BadPeriod("Choose one of the periods above, or a first and a last day.")
    return latest(int(days), zone, now), int(days)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadPeriod(f"“{typed}” is no day. Write it like this: 2026-11-22.") from None


def _terms(name: str, value: str) -> Terms:
    """The term a field of the filter stands for. Raises BadQuery, and Unwelcome for an address that means several."""
    if name == "assignee" and "@" in value and ANY in value:
        raise Unwelcome(
            f"“{value}” may be several people. Statistics are about one: write the whole address."
        )
    return parse(f"{name}:{quoted(value)}").terms if value else ()
