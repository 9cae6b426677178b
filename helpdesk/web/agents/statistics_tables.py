"""The numbers as tables: each is shown, drawn, linked to its tickets and taken along as CSV from the same rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpdesk.reports import measures
from helpdesk.reports.measures import COMPARISON, DAYS, FURTHER, PERCENTILES, Measure, Terms
from helpdesk.reports.periods import Step
from helpdesk.reports.statistics import Figures, Statistics, Times
from helpdesk.tickets.models import TicketPriority
from helpdesk.tickets.models.status import OPEN_STATUSES
from helpdesk.web.agents.calendar_words import hour_words, weekday_words
from helpdesk.web.agents.statistics_query import Asked
from helpdesk.web.agents.statistics_words import NOTHING, hours, length_words, part_words, step_words
from helpdesk.web.csv_files import Cell as Value
from helpdesk.web.filters import label, number, person_tone
from helpdesk.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: its words, its value for machines, and the list of the `tickets` behind it."""

    words: str
    value: Value
    url: str = ""
    tickets: int = 0
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`title` names what the cells are about; `value` is that name for machines; `tone` the colour of a person."""

    title: str
    cells: Sequence[Cell]
    value: Value = None
    tone: str = ""
    is_nobody: bool = False
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`heads` are the columns on the page, `columns` the same for machines, where units stand in the head."""

    name: str
    title: str
    meanings: Sequence[tuple[str, str]]
    heads: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Row]
    foot: Row | None = None
    note: str = ""

    def lines(self) -> Iterator[list[Value]]:
        """The rows as CSV has them."""
        for row in self.rows:
            yield [row.title if row.value is None else row.value, *(cell.value for cell in row.cells)]


@dataclass(frozen=True, slots=True)
class Named:
    """What the rows are called: people by id as name and address (None: they have none), teams by id."""

    people: Mapping[int, tuple[str, str | None]] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)


def said(*found: Measure[Any], also: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Definitions: the name of each number and what it means."""
    return [
        *((_(each.title), _(each.meaning)) for each in found),
        *((_(FURTHER[each]), _(each)) for each in also),
    ]


def overview(told: Statistics, wanted: Asked, _named: Named) -> Table:
    """Everything that is one number, with that of the period before."""

    def row(title: str, now: Value, before: Value) -> Row:
        return Row(title, (Cell("", now), Cell("", before)))

    now, before = told.now, told.before
    rows = [row(_("Created"), now.created, before.created), row(_("Resolved"), now.resolved, before.resolved)]
    for title, new, old in (
        (_("First answer"), now.first_answer, before.first_answer),
        (_("Resolution"), now.resolution, before.resolution),
    ):
        rows += [
            row(_("%(what)s, median (hours)", what=title), hours(new.median), hours(old.median)),
            row(_("%(what)s, p90 (hours)", what=title), hours(new.p90), hours(old.p90)),
            row(_("%(what)s, mean (hours)", what=title), hours(new.mean), hours(old.mean)),
            row(_("%(what)s, tickets", what=title), new.count, old.count),
        ]
    rows += [
        row(_("Open now"), now.open_now, None),
        row(_("Without an answer"), told.unanswered, None),
        row(_("Overdue"), told.overdue, None),
    ]
    columns = [_("Number"), wanted.period.value, wanted.period.before.value]
    return Table("overview", _("Overview"), (), (), columns, rows)


def flows(told: Statistics, wanted: Asked, _named: Named) -> Table:
    step = told.period.step

    def cells(created: int, resolved: int, of: Any) -> tuple[Cell, ...]:
        net = created - resolved
        return (
            count(created, measures.created(of), wanted),
            count(resolved, measures.resolved(of), wanted),
            Cell(f"+{number(net)}" if net > 0 else number(net).replace("-", "−"), net),
        )

    heads = [step_words(step), _("Created"), _("Resolved"), _("Net")]
    return Table(
        name="flows",
        title={
            Step.DAY: _("Created and resolved by day"), Step.WEEK: _("Created and resolved by week"),
            Step.MONTH: _("Created and resolved by month"), Step.YEAR: _("Created and resolved by year"),
        }[step],
        meanings=[
            *said(measures.created, measures.resolved, also=(DAYS, COMPARISON)),
            (_("Net"), _("Created less resolved: by how much the desk fell behind.")),
        ],
        heads=heads,
        columns=heads,
        rows=[
            Row(part_words(each.part, step), cells(each.created, each.resolved, each.part), each.part.value)
            for each in told.flows
        ],
        foot=Row(_("In all"), cells(told.now.created, told.now.resolved, told.period)),
    )  # fmt: skip


def times(told: Statistics, wanted: Asked, _named: Named) -> Table:
    heads = ["", _("Tickets"), _("Median"), _("p90"), _("Mean")]
    hours_of = (_("%(what)s (hours)", what=each) for each in heads[2:])
    rows = []
    for measure, now, before in (
        (measures.first_answer, told.now.first_answer, told.before.first_answer),
        (measures.resolution, told.now.resolution, told.before.resolution),
    ):
        title, earlier = _(measure.title), told.period.before
        rows.append(Row(title, _spread(now, measure(told.period), wanted)))
        rows.append(
            Row(
                _("the period before"),
                _spread(before, measure(earlier), wanted),
                _("%(what)s, the period before", what=title),
                is_second=True,
            )
        )
    return Table(
        name="times",
        title=_("How long it takes"),
        meanings=said(measures.first_answer, measures.resolution, also=(PERCENTILES, COMPARISON)),
        heads=heads,
        columns=[_("Time"), heads[1], *hours_of],
        rows=rows,
        note=_(PERCENTILES),
    )


def ages(told: Statistics, wanted: Asked, _named: Named) -> Table:
    words = (
        _("Less than a day"), _("1 to 3 days"), _("3 to 7 days"), _("7 to 30 days"), _("More than 30 days"),
    )  # fmt: skip
    rows = [
        (words[place], found, measures.open_by_age(place, told.moment))
        for place, found in enumerate(told.by_age)
    ]
    return _shares("ages", _("Open by age"), measures.open_by_age, rows, wanted)


def statuses(told: Statistics, wanted: Asked, _named: Named) -> Table:
    rows = [
        (label(each), told.by_status.get(each.value, 0), measures.open_by_status(each.value))
        for each in OPEN_STATUSES
    ]
    return _shares("statuses", _("Open by status"), measures.open_by_status, rows, wanted)


def priorities(told: Statistics, wanted: Asked, _named: Named) -> Table:
    rows = [
        (label(each), told.by_priority.get(each.value, 0), measures.open_by_priority(each.value))
        for each in reversed(TicketPriority)
    ]
    return _shares("priorities", _("Open by priority"), measures.open_by_priority, rows, wanted)


def assignees(told: Statistics, wanted: Asked, named: Named) -> Table:
    rows = []
    for person, figures in _most_resolved(told.assignees):
        if person is None:
            nobody = _figures(figures, measures.of_assignee(None), told, wanted)
            rows.append(Row(_("Nobody"), nobody, is_nobody=True))
            continue
        name, address = named.people.get(person, (_("Somebody"), None))
        terms = measures.of_assignee(address) if address else None
        rows.append(Row(name, _figures(figures, terms, told, wanted), tone=person_tone(person)))
    return _by("assignees", _("By assignee"), _("Person"), measures.of_assignee, rows)


def teams(told: Statistics, wanted: Asked, named: Named) -> Table:
    rows = []
    for team, figures in _most_resolved(told.teams):
        name = None if team is None else named.teams.get(team)
        terms = measures.of_team(name) if team is None or name else None
        rows.append(Row(name or _("No team"), _figures(figures, terms, told, wanted), is_nobody=team is None))
    return _by("teams", _("By team"), _("Team"), measures.of_team, rows)


def busiest(told: Statistics, wanted: Asked, _named: Named) -> Table:
    """Seven rows of twenty-four hours; the share is how near an hour comes to the busiest one."""
    most = max(told.by_hour.values(), default=0)

    def cell(weekday: int, hour: int) -> Cell:
        found = told.by_hour.get((weekday, hour), 0)
        linked = count(found, measures.hours(told.period, weekday, hour), wanted)
        return Cell(linked.words, found, linked.url, found, found / most if most else 0)

    return Table(
        name="hours",
        title=_("Busiest hours"),
        meanings=said(measures.hours, also=(DAYS,)),
        heads=["", *(str(hour) for hour in range(24))],
        columns=[_("Weekday"), *(hour_words(hour) for hour in range(24))],
        rows=[
            Row(
                weekday_words(weekday, is_short=True),
                [cell(weekday, hour) for hour in range(24)],
                weekday_words(weekday),
            )
            for weekday in range(1, 8)
        ],
    )


TABLES: Mapping[str, Callable[[Statistics, Asked, Named], Table]] = {
    "overview": overview,
    "flows": flows,
    "times": times,
    "ages": ages,
    "statuses": statuses,
    "priorities": priorities,
    "assignees": assignees,
    "teams": teams,
    "hours": busiest,
}
"""By the name in the address of their CSV."""


def count(found: int, terms: Terms | None, wanted: Asked) -> Cell:
    """A number of tickets, linked where there are any and the terms can name them."""
    return _count(found, wanted.tickets_url(terms) if found and terms is not None else "")


def _count(found: int, url: str) -> Cell:
    return Cell(number(found), found, url, found)


def _time(seconds: float | None, of: int, url: str) -> Cell:
    """A time, linked to the tickets it was taken of."""
    return Cell(length_words(seconds), hours(seconds), url, of)


def _spread(found: Times, terms: Terms, wanted: Asked) -> tuple[Cell, ...]:
    url = wanted.tickets_url(terms) if found.count else ""
    lengths = (_time(each, found.count, url) for each in (found.median, found.p90, found.mean))
    return (_count(found.count, url), *lengths)


def _shares(
    name: str, title: str, measure: Measure[Any], found: Sequence[tuple[str, int, Terms]], wanted: Asked
) -> Table:
    """Parts of a whole, each with how large a part it is."""
    whole = sum(each for _words, each, _terms in found)

    def cells(each: int, terms: Terms) -> tuple[Cell, ...]:
        share = 100 * each / whole if whole else None
        words = NOTHING if share is None else _("%(percent)s %%", percent=number(round(share)))
        return (
            count(each, terms, wanted),
            Cell(words, None if share is None else round(share, 1), share=share),
        )

    return Table(
        name=name,
        title=title,
        meanings=said(measures.open_now, measure),
        heads=[_(measure.title), _("Tickets"), _("Share")],
        columns=[_(measure.title), _("Tickets"), _("Share (percent)")],
        rows=[Row(words, cells(each, terms)) for words, each, terms in found],
        foot=Row(_("Open now"), (count(whole, measures.open_now(), wanted), Cell("", None))),
    )


def _figures(figures: Figures, terms: Terms | None, told: Statistics, wanted: Asked) -> tuple[Cell, ...]:
    def url(found: int, of: Terms) -> str:
        return wanted.tickets_url((*of, *terms)) if found and terms is not None else ""

    answer, resolution, period = figures.first_answer, figures.resolution, told.period
    answered = url(answer.count, measures.first_answer(period))
    resolved = url(resolution.count, measures.resolution(period))
    return (
        _count(figures.created, url(figures.created, measures.created(period))),
        _count(figures.resolved, url(figures.resolved, measures.resolved(period))),
        _count(figures.open_now, url(figures.open_now, measures.open_now())),
        _time(answer.median, answer.count, answered),
        _time(answer.p90, answer.count, answered),
        _time(resolution.median, resolution.count, resolved),
        _time(resolution.p90, resolution.count, resolved),
    )


def _by(name: str, title: str, first: str, measure: Measure[Any], rows: Sequence[Row]) -> Table:
    counts = [_("Created"), _("Resolved"), _("Open now")]
    spans = [
        _("First answer, median"), _("First answer, p90"), _("Resolution, median"), _("Resolution, p90"),
    ]  # fmt: skip
    in_hours = [
        _("First answer, median (hours)"), _("First answer, p90 (hours)"),
        _("Resolution, median (hours)"), _("Resolution, p90 (hours)"),
    ]  # fmt: skip
    return Table(
        name=name,
        title=title,
        meanings=said(
            measure,
            measures.created,
            measures.resolved,
            measures.open_now,
            measures.first_answer,
            measures.resolution,
            also=(PERCENTILES,),
        ),
        heads=[first, *counts, *spans],
        columns=[first, *counts, *in_hours],
        rows=rows,
    )


def _most_resolved(groups: Mapping[int | None, Figures]) -> list[tuple[int | None, Figures]]:
    """Whoever resolved most first; nobody last."""
    return sorted(
        groups.items(),
        key=lambda each: (each[0] is None, -each[1].resolved, -each[1].open_now, each[0] or 0),
    )
