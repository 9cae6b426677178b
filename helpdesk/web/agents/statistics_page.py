"""Everything the page of the statistics shows, decided before the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select

from helpdesk.accounts.models import Team, User
from helpdesk.core import clock
from helpdesk.core.db import among, db
from helpdesk.queues.choices import choices
from helpdesk.reports import measures
from helpdesk.reports.measures import Measure, Terms
from helpdesk.reports.scopes import FILTERS
from helpdesk.reports.statistics import Statistics, statistics
from helpdesk.tickets.models import TicketPriority
from helpdesk.web.agents.calendar_words import days_words
from helpdesk.web.agents.list_filter import FIELD_NAMES, VALUE_NAMES, Chip, Chooser
from helpdesk.web.agents.statistics_query import PRESETS, Asked, scope
from helpdesk.web.agents.statistics_tables import TABLES, Named, Table, said
from helpdesk.web.agents.statistics_words import Change, change_of_count, change_of_time, length
from helpdesk.web.filters import label, number
from helpdesk.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that is read first. `was_url` leads to the tickets of the period before."""

    name: str
    title: str
    meanings: Sequence[tuple[str, str]]
    value: str
    unit: str
    url: str
    tickets: int
    change: Change | None = None
    was_url: str = ""
    was_tickets: int = 0
    notes: Sequence[tuple[str, str, int]] = ()
    """What more there is to say: words, the address of the tickets (or none), their number."""


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """What the template is given."""

    asked: Asked
    segments: Sequence[dict[str, Any]]
    choosers: Sequence[Chooser]
    chips: Sequence[Chip]
    period_words: str
    is_ahead: bool
    is_empty: bool
    tiles: Sequence[Tile]
    tables: Mapping[str, Table]


def read(wanted: Asked) -> tuple[Statistics, Any]:
    """The numbers, and one row of the names there are: for the filter, and of people and teams that have any."""
    told = statistics(db.session(), scope(wanted), wanted.period)
    return told, db.session.execute(choices().add_columns(*_names(told))).one()


def page_of(wanted: Asked) -> StatisticsPage:
    told, names = read(wanted)
    return StatisticsPage(
        asked=wanted,
        segments=_segments(wanted),
        choosers=_choosers(wanted, names),
        chips=_chips(wanted, names),
        period_words=days_words(told.period.first, told.period.last),
        is_ahead=told.period.start > clock.now(),
        is_empty=not (
            told.now.created or told.now.resolved or told.now.open_now or told.now.first_answer.count
        ),
        tiles=_tiles(told, wanted),
        tables={
            name: tell(told, wanted, named(names)) for name, tell in TABLES.items() if name != "overview"
        },
    )


def table_of(wanted: Asked, name: str) -> Table:
    """One table, for who takes it along."""
    told, names = read(wanted)
    return TABLES[name](told, wanted, named(names))


def named(names: Any) -> Named:
    return Named(
        people={int(key): (name, address) for key, (name, address) in (names.people or {}).items()},
        teams={int(key): name for key, name in (names.teams_by_id or {}).items()},
    )


def _names(told: Statistics) -> tuple[Any, ...]:
    person = func.jsonb_build_array(
        func.coalesce(func.nullif(User.full_name, ""), User.email, _("Somebody")), User.email
    )
    people = select(func.jsonb_object_agg(cast(User.id, Text), person)).where(
        among(User.id, [each for each in told.assignees if each is not None])
    )
    teams = select(func.jsonb_object_agg(cast(Team.id, Text), Team.name))
    return people.scalar_subquery().label("people"), teams.scalar_subquery().label("teams_by_id")


def _segments(wanted: Asked) -> list[dict[str, Any]]:
    words = {7: _("7 days"), 28: _("28 days"), 91: _("13 weeks"), 364: _("52 weeks")}
    return [
        {"label": words[days], "url": wanted.url(days=days), "is_current": wanted.preset == days}
        for days in PRESETS
    ]


def _choosers(wanted: Asked, names: Any) -> list[Chooser]:
    def known(*values: str) -> list[tuple[str, str]]:
        return [(value, str(VALUE_NAMES[value])) for value in values]

    options: dict[str, Sequence[tuple[str, str]]] = {
        "team": [*known("mine", "none"), *((name, name) for name in names.teams)],
        "tag": [(name, name) for name in names.tags],
        "org": (),
        "priority": [(each.value, label(each)) for each in TicketPriority],
        "assignee": [*known("me", "nobody"), *((email, name) for name, email in names.staff)],
    }
    found = []
    for name in FILTERS:
        value, offers = wanted.typed[name], list(options[name])
        if value and offers and value not in (each for each, _words in offers):
            offers.append((value, value))  # beyond what is offered, or from an address
        found.append(Chooser(name, str(FIELD_NAMES[name]), value, tuple(offers)))
    return found


def _chips(wanted: Asked, names: Any) -> list[Chip]:
    people = {email: name for name, email in names.staff}
    return [
        Chip(
            str(FIELD_NAMES[name]),
            people.get(value) or _value_words(name, value),
            wanted.url(**{name: None}),
        )
        for name, value in wanted.filters.items()
    ]


def _value_words(name: str, value: str) -> str:
    return label(value) if name == "priority" else str(VALUE_NAMES.get(value.lower(), value))


def _tiles(told: Statistics, wanted: Asked) -> list[Tile]:
    now, before = told.now, told.before
    return [
        _counted(measures.created, now.created, before.created, wanted, ""),
        _counted(measures.resolved, now.resolved, before.resolved, wanted, "better"),
        _timed(
            measures.first_answer, _("First answer, median"), now.first_answer, before.first_answer, wanted
        ),
        _timed(measures.resolution, _("Resolution, median"), now.resolution, before.resolution, wanted),
        Tile(
            name="open",
            title=_(measures.open_now.title),
            meanings=said(measures.open_now, measures.unanswered, measures.overdue),
            value=number(now.open_now),
            unit="",
            url=_url(now.open_now, measures.open_now(), wanted),
            tickets=now.open_now,
            notes=[
                (
                    _("%(count)s without an answer", count=number(told.unanswered)),
                    _url(told.unanswered, measures.unanswered(), wanted),
                    told.unanswered,
                ),
                (
                    _("%(count)s overdue", count=number(told.overdue)),
                    _url(told.overdue, measures.overdue(), wanted),
                    told.overdue,
                ),
            ],
        ),
    ]


def _counted(measure: Measure[Any], now: int, before: int, wanted: Asked, more_is: str) -> Tile:
    period = wanted.period
    return Tile(
        name=measure.title.lower(),
        title=_(measure.title),
        meanings=said(measure, also=(measures.COMPARISON,)),
        value=number(now),
        unit="",
        url=_url(now, measure(period), wanted),
        tickets=now,
        change=change_of_count(now, before, more_is=more_is),
        was_url=_url(before, measure(period.before), wanted),
        was_tickets=before,
    )


def _timed(measure: Measure[Any], title: str, now: Any, before: Any, wanted: Asked) -> Tile:
    period = wanted.period
    value, unit = ("–", "") if now.median is None else length(now.median)
    return Tile(
        name=measure.title.lower().replace(" ", "-"),
        title=title,
        meanings=said(measure, also=(measures.PERCENTILES, measures.COMPARISON)),
        value=value,
        unit=unit,
        url=_url(now.count, measure(period), wanted),
        tickets=now.count,
        change=change_of_time(now.median, before.median),
        was_url=_url(before.count, measure(period.before), wanted),
        was_tickets=before.count,
    )


def _url(count: int, terms: Terms, wanted: Asked) -> str:
    return wanted.tickets_url(terms) if count else ""
