"""What PostgreSQL counts is what somebody counts by hand, on two hundred random desks with random filters."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple

import pytest
from sqlalchemy import func
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.reports import measures
from helpdesk.reports.measures import COUNTED, Terms
from helpdesk.reports.scopes import scope_of
from helpdesk.reports.statistics import Figures, Statistics, statistics
from helpdesk.tickets.criteria import Query, matching, parse
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import tickets_for
from tests.reports import recount
from tests.reports.desks import ORGANIZATIONS, PRIORITIES, Desk, Furniture

SEEDS = 200
AT_ONCE = 25


@pytest.fixture
def furniture(work: Session, ana: User, ben: User, ticket: Ticket) -> Furniture:
    found = Furniture(work, {"ana": ana, "ben": ben})
    found.merged_into, ticket.deleted_at = ticket.id, clock.now()
    work.flush()
    return found


@contextmanager
def furnished(furniture: Furniture, desk: Desk) -> Iterator[None]:
    with clock.freeze(desk.now), furniture.work.begin_nested() as savepoint:
        furniture.furnish(desk.facts)
        yield
        savepoint.rollback()


def counted(furniture: Furniture, desk: Desk, ana: User) -> Statistics:
    people = {"ben@desk.example": furniture.people["ben"]}
    scope = scope_of(ana, desk.terms, zone=desk.zone, people=people)
    return statistics(furniture.work, scope, desk.period)


def near(figures: Figures) -> object:
    """The same numbers; times may differ by the last digits of a float."""
    return pytest.approx(flat(figures), rel=1e-9, abs=1e-5)


def flat(figures: Figures) -> list[float]:
    values = [figures.created, figures.open_now, *astuple(figures.first_answer), *astuple(figures.resolution)]
    return [-1 if value is None else value for value in values]


@pytest.mark.parametrize("start", range(0, SEEDS, AT_ONCE))
def test_statistics_equal_a_recount_in_plain_python(furniture: Furniture, ana: User, start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        desk = Desk(seed)
        with furnished(furniture, desk):
            told = counted(furniture, desk, ana)

        facts, period = desk.counted(), desk.period
        assert flat(told.now) == near(recount.figures(facts, period)), seed
        assert flat(told.before) == near(recount.figures(facts, period.before)), seed
        assert [(flow.created, flow.resolved) for flow in told.flows] == recount.flows(facts, period), seed
        assert sum(flow.created for flow in told.flows) == told.now.created, seed
        assert list(told.by_age) == recount.ages(facts, told.moment), seed
        assert told.by_hour == recount.by_hour(facts, period), seed
        assert told.overdue == recount.overdue(facts, desk.now), seed
        assert told.unanswered == sum(fact.is_open and not fact.answered_at for fact in facts), seed
        for name, found in (("status", told.by_status), ("priority", told.by_priority)):
            open_ones = [getattr(fact, name) for fact in facts if fact.is_open]
            assert found == {value: open_ones.count(value) for value in set(open_ones)}, seed
        for name, ids, groups in (
            ("assignee", furniture.people, told.assignees),
            ("team", furniture.teams, told.teams),
        ):
            for value in (None, *ids):
                of_one = [fact for fact in facts if getattr(fact, name) == value]
                known = groups.get(ids[value] if value else None, Figures())
                assert flat(known) == near(recount.figures(of_one, period)), (seed, name, value)


@pytest.mark.parametrize("seed", range(SEEDS, SEEDS + 12))
def test_the_terms_of_a_number_find_exactly_so_many_tickets(
    furniture: Furniture, ana: User, seed: int
) -> None:
    desk = Desk(seed)
    period, work = desk.period, furniture.work

    def listed(terms: Terms) -> int:
        # as the list does: printed into an address, and read again
        query = parse(str(Query((*COUNTED, *desk.terms, *terms))))
        found = matching(tickets_for(ana), query, ana, zone=desk.zone)
        return work.scalar(found.with_only_columns(func.count())) or 0

    with furnished(furniture, desk):
        told = counted(furniture, desk, ana)
        for shown, asked in ((told.now, period), (told.before, period.before)):
            assert listed(measures.created(asked)) == shown.created
            assert listed(measures.resolved(asked)) == listed(measures.resolution(asked)) == shown.resolved
            assert listed(measures.first_answer(asked)) == shown.first_answer.count
        assert listed(measures.open_now()) == told.now.open_now
        assert listed(measures.unanswered()) == told.unanswered
        assert listed(measures.overdue()) == told.overdue
        for flow in told.flows[:40]:
            assert listed(measures.created(flow.part)) == flow.created
            assert listed(measures.resolved(flow.part)) == flow.resolved
        for place, count in enumerate(told.by_age):
            assert listed(measures.open_by_age(place, told.moment)) == count
        for status in recount.OPEN:
            assert listed(measures.open_by_status(status)) == told.by_status.get(status, 0)
        for priority in PRIORITIES:
            assert listed(measures.open_by_priority(priority)) == told.by_priority.get(priority, 0)
        for (weekday, hour), count in told.by_hour.items():
            assert listed(measures.hours(period, weekday, hour)) == count
        ids = {None: None} | {number: f"{name}@desk.example" for name, number in furniture.people.items()}
        for person, figures in told.assignees.items():
            terms = measures.of_assignee(ids[person])
            assert listed((*measures.resolved(period), *terms)) == figures.resolved
            assert listed((*measures.open_now(), *terms)) == figures.open_now
        names = {None: None} | {number: name for name, number in furniture.teams.items()}
        for team, figures in told.teams.items():
            terms = (*measures.first_answer(period), *measures.of_team(names[team]))
            assert listed(terms) == figures.first_answer.count


def test_the_random_desks_are_worth_counting() -> None:
    desks = [Desk(seed) for seed in range(SEEDS)]

    assert {term.field for desk in desks for term in desk.terms} == {
        "team",
        "tag",
        "org",
        "priority",
        "assignee",
    }
    assert {desk.period.step.value for desk in desks} == {"day", "week", "month", "year"}
    assert sum(bool(desk.counted()) for desk in desks) > SEEDS / 3
    assert any(desk.terms and desk.counted() for desk in desks)
    assert {fact.organization for desk in desks for fact in desk.facts} == {None, *ORGANIZATIONS}
