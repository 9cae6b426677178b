"""Sums answer as the tickets themselves do, whenever they were made and whatever changed since."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.current import DatabaseRole
from helpdesk.core.row_security import acting_as
from helpdesk.reports import summed
from helpdesk.reports.figures import Happened
from helpdesk.reports.models import statistics_changes, statistics_state, statistics_sums
from helpdesk.reports.periods import Period
from helpdesk.reports.scopes import scope_of
from helpdesk.reports.statements import Scope
from helpdesk.reports.statistics import _read
from helpdesk.reports.summing import sum_up
from helpdesk.tickets.criteria import Term
from helpdesk.tickets.models import Ticket, TicketPriority, ticket_tags
from tests.reports.desks import PEOPLE, TEAMS, Desk, Furniture

TICKETS: Any = Ticket.__table__
DEEDS = (
    "reassign",
    "move",
    "delete",
    "restore",
    "merge",
    "reopen",
    "resolve",
    "answer",
    "backdate",
    "purge",
    "more",
)
"""What may happen to a ticket after it was summed up."""


@pytest.fixture
def furniture(work: Session, ana: User, ben: User, ticket: Ticket) -> Furniture:
    found = Furniture(work, {"ana": ana, "ben": ben})
    found.merged_into, ticket.deleted_at = ticket.id, clock.now()
    work.flush()
    return found


@contextmanager
def rolled_back(work: Session) -> Iterator[None]:
    with work.begin_nested() as savepoint:
        yield
        savepoint.rollback()


def keep_sums(work: Session, zone: ZoneInfo) -> None:
    """What the job does, in the test's own transaction."""
    connection = work.connection()
    connection.execute(text("set local role helpdesk_owner"))
    sum_up(connection, zone)
    connection.execute(text("set local role helpdesk_app"))


def whole(ana: User, zone: ZoneInfo) -> Scope:
    return scope_of(ana, (), zone=zone, people={})


def flat(found: Happened) -> dict[str, float]:
    """Every number there is, by what it is of."""
    groups = {"now": found.now, "before": found.before}
    groups |= {f"assignee {key}": each for key, each in found.assignees.items()}
    groups |= {f"team {key}": each for key, each in found.teams.items()}
    numbers: dict[str, float] = {}
    for name, figures in groups.items():
        each = (figures.created, *astuple(figures.first_answer), *astuple(figures.resolution))
        numbers |= {f"{name} {place}": -1 if value is None else value for place, value in enumerate(each)}
    for place, flow in enumerate(found.flows):
        numbers |= {f"created {place}": flow.created, f"resolved {place}": flow.resolved}
    return numbers | {f"hour {key}": count for key, count in found.by_hour.items()}


def do(furniture: Furniture, desk: Desk, deed: str) -> None:
    """One more deed, to some of the tickets at once."""
    connection, pick = furniture.work.connection(), desk.chance.choice
    if deed == "more":
        furniture.furnish([desk.fact() for _ in range(3)])
        return
    ids = connection.scalars(select(TICKETS.c.id).where(TICKETS.c.id != furniture.merged_into)).all()
    some = [each for each in ids if desk.chance.random() < 0.4]
    those, now = TICKETS.c.id.in_(some), desk.now
    if deed == "purge":
        connection.execute(text("set local role helpdesk_owner"))
        connection.execute(delete(ticket_tags).where(ticket_tags.c.ticket_id.in_(some)))
        connection.execute(delete(TICKETS).where(those))
        connection.execute(text("set local role helpdesk_app"))
        return
    changes: dict[str, dict[str, Any]] = {
        "reassign": {"assignee_id": pick([None, *(furniture.people[name] for name in PEOPLE)])},
        "move": {"team_id": pick([None, *(furniture.teams[name] for name in TEAMS)])},
        "delete": {"deleted_at": now},
        "restore": {"deleted_at": None},
        "merge": {"merged_into_id": pick([None, furniture.merged_into])},
        "reopen": {"status": "open", "resolved_at": None, "closed_at": None},
        "resolve": {"status": "resolved", "resolved_at": desk.moment(), "closed_at": None},
        "answer": {"first_responded_at": desk.moment()},
        "backdate": {"created_at": desk.moment()},
    }
    connection.execute(update(TICKETS).where(those).values(**changes[deed]))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**9),
    deeds=st.lists(st.sampled_from((*DEEDS, "sum up", "sum up")), max_size=10),
    has_sums=st.booleans(),
)
def test_sums_tell_what_the_tickets_tell(
    furniture: Furniture, ana: User, seed: int, deeds: list[str], has_sums: bool
) -> None:
    desk, work = Desk(seed), furniture.work
    with clock.freeze(desk.now), rolled_back(work):
        if has_sums:
            keep_sums(work, desk.zone)
        furniture.furnish(desk.facts)
        keep_sums(work, desk.zone)
        for deed in deeds:
            if deed == "sum up":
                keep_sums(work, desk.zone)
            else:
                do(furniture, desk, deed)
        scope = whole(ana, desk.zone)
        with acting_as(work, DatabaseRole.ANALYTICS):
            found = summed.happened(work, scope, desk.period)
            read = _read(work, scope, desk.period)

    assert found is not None
    assert flat(found) == pytest.approx(flat(read), rel=1e-12, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_adding_what_changed_leaves_what_making_all_anew_would(furniture: Furniture, seed: int) -> None:
    desk, work = Desk(seed), furniture.work
    with clock.freeze(desk.now), rolled_back(work):
        keep_sums(work, desk.zone)
        furniture.furnish([desk.fact() for _ in range(30)])
        for deed in DEEDS:
            do(furniture, desk, deed)
            keep_sums(work, desk.zone)
        added = rows_of(work)
        work.connection().execute(text("set local role helpdesk_owner"))
        work.connection().execute(delete(statistics_state))
        keep_sums(work, desk.zone)

        assert rows_of(work) == added


def rows_of(work: Session) -> Any:
    """All sums, and how many changes wait."""
    with acting_as(work, DatabaseRole.ANALYTICS):
        sums = work.execute(select(statistics_sums).where(statistics_sums.c.tickets > 0)).all()
        return sorted(map(tuple, sums)), work.scalar(select(func.count()).select_from(statistics_changes))


class TestWhenSumsDoNotAnswer:
    ZONE = ZoneInfo("Europe/Berlin")
    DAYS = Period(date(2026, 3, 1), date(2026, 3, 31), ZONE)

    def told(self, work: Session, scope: Scope, period: Period) -> Happened | None:
        with acting_as(work, DatabaseRole.ANALYTICS):
            return summed.happened(work, scope, period)

    def test_there_are_none_yet(self, work: Session, ana: User) -> None:
        assert self.told(work, whole(ana, self.ZONE), self.DAYS) is None

    def test_a_filter_narrows_them(self, work: Session, ana: User) -> None:
        keep_sums(work, self.ZONE)
        narrowed = scope_of(ana, (Term("priority", ("high",)),), zone=self.ZONE, people={})

        assert self.told(work, whole(ana, self.ZONE), self.DAYS) is not None
        assert self.told(work, narrowed, self.DAYS) is None

    def test_the_desk_moved_to_another_clock(self, work: Session, ana: User) -> None:
        keep_sums(work, self.ZONE)
        tokyo = ZoneInfo("Asia/Tokyo")
        period = Period(self.DAYS.first, self.DAYS.last, tokyo)

        assert self.told(work, whole(ana, tokyo), period) is None
        keep_sums(work, tokyo)
        assert self.told(work, whole(ana, tokyo), period) is not None

    def test_the_clock_showed_yesterday_again(self, work: Session, ana: User) -> None:
        zone = ZoneInfo("America/St_Johns")  # until 2011 the clock was put back a minute after midnight
        keep_sums(work, zone)
        period = Period(date(2010, 11, 1), date(2010, 11, 30), zone)

        assert self.told(work, whole(ana, zone), period) is None

    def test_not_everybody_sees_every_ticket(self, work: Session, carl: User) -> None:
        keep_sums(work, self.ZONE)

        assert not whole(carl, self.ZONE).is_whole


def test_nothing_is_written_down_of_what_is_not_counted(work: Session, ticket: Ticket) -> None:
    keep_sums(work, ZoneInfo("UTC"))
    ticket.title, ticket.priority, ticket.due_at = "Another", TicketPriority.HIGH, clock.now()
    work.flush()

    assert rows_of(work)[1] == 0
    ticket.assignee_id = ticket.requester_id
    work.flush()
    assert rows_of(work)[1] == 2
