"""Lives of tickets, without a database: when people act, and how far the shop window has come."""

import re
from collections import Counter
from datetime import UTC, datetime
from itertools import count
from random import Random

import pytest

from helpdesk.core.current import Via
from helpdesk.demo.births import Nursery
from helpdesk.demo.people import assemble
from helpdesk.demo.plan import OF_THE_AGENT, OF_THE_CUSTOMER, plan
from helpdesk.demo.rhythm import office_hours, waking_hours
from helpdesk.demo.stories import TEAMS
from helpdesk.tickets.models import TicketStatus

NOW = datetime(2026, 6, 21, 5, 10, tzinfo=UTC)  # a Sunday, long before anybody gets up
ZONE = "Europe/Amsterdam"
OFFICE = office_hours(ZONE, NOW)


class Ids:
    """Stands in for ids from the database."""

    def __init__(self):
        self.numbers = count(1)

    def take(self):
        return next(self.numbers)

    def give_back(self, ids):
        pass


@pytest.fixture(scope="module")
def tickets():
    rng = Random(4)
    cast = assemble(rng, tickets=1_500, zone=ZONE)
    for number, person in enumerate(cast.everybody(), start=2):
        person.id = number
    births = plan(rng, cast, tickets=1_500, now=NOW, office=OFFICE)
    nursery = Nursery(rng, cast, NOW, OFFICE, {team: number for number, team in enumerate(TEAMS)}, Ids())
    return [
        (birth, nursery.bring_up(birth, ticket_id=number, number=f"HD-{number}"))
        for number, birth in enumerate(births, start=1)
    ]


def ordinary(tickets):
    return [ticket for birth, ticket in tickets if birth.until is None and birth.kind == "ordinary"]


def acts(ticket, author_is_staff):
    """Moments of comments after the opening."""
    staff = {agent.id for agent in ticket.stage.cast.agents}
    for row in ticket.history.comments[1:]:
        if (row[2] in staff) is author_is_staff:
            yield datetime.fromisoformat(row[8])


def test_staff_write_in_office_hours_and_customers_while_awake(tickets):
    for ticket in ordinary(tickets):
        awake = waking_hours(ticket.requester.zone, NOW)
        for hours, is_staff in ((OFFICE, True), (awake, False)):
            for moment in acts(ticket, is_staff):
                assert hours.after(moment.timestamp(), 0.0) == pytest.approx(moment.timestamp(), abs=0.001)


def test_the_shop_window_shows_what_it_should(tickets):
    wanted = Counter(birth.until for birth, _ in tickets if birth.until)
    reached = Counter(ticket.history.status for birth, ticket in tickets if birth.until)

    assert wanted == reached == Counter(status for _, status in (*OF_THE_CUSTOMER, *OF_THE_AGENT))
    assert {ticket.history.assignee.email for birth, ticket in tickets if birth.agent} == {
        "agent@example.com"
    }


def test_what_lies_on_the_agents_table_belongs_to_her_teams(tickets):
    hers = [(birth.agent, ticket.story.team) for birth, ticket in tickets if birth.agent]

    assert len(hers) == len(OF_THE_AGENT)
    assert all(team in agent.teams for agent, team in hers)


def test_new_ones_lie_untouched(tickets):
    untouched = [ticket.history for birth, ticket in tickets if birth.is_untouched]

    assert len(untouched) == 8
    assert {(each.status, each.assignee, len(each.comments)) for each in untouched} == {
        (TicketStatus.OPEN, None, 1)
    }


def test_rubbish_ends_in_the_bin_and_reaches_nobody(tickets):
    spam = [ticket.history for birth, ticket in tickets if birth.kind == "spam"]

    assert len(spam) == 9
    assert all(each.via is Via.MAIL and len(each.comments) == 1 for each in spam)
    assert sum(each.deleted_at is not None for each in spam) >= 7


def test_waves_tell_the_same_story(tickets):
    waves = [ticket.story for birth, ticket in tickets if birth.kind == "incident"]

    assert len(waves) > 20
    assert all(story.is_incident for story in waves)


def test_lists_do_not_look_repeated(tickets):
    fresh = [ticket.history.title for _, ticket in tickets if ticket.history.is_open]

    assert len(set(fresh)) > 0.93 * len(fresh)


def test_hardly_anything_is_said_twice_in_a_ticket(tickets):
    twice = 0
    for _, ticket in tickets:
        said = [re.sub(r"\W+", " ", row[3]) for row in ticket.history.comments]
        twice += len(said) != len(set(said))
    assert twice < 0.02 * len(tickets)


def test_reopened_tickets_know_when_they_were_solved_first(tickets):
    again = [
        ticket.history for _, ticket in tickets if ticket.history.reopen_count and ticket.history.resolved_at
    ]

    assert len(again) > 50
    assert all(each.first_resolved_at < each.resolved_at for each in again)


def test_most_answers_are_quick_and_some_are_very_late(tickets):
    waits = sorted(
        (history.first_responded_at - history.created_at).total_seconds() / 3600
        for history in (ticket.history for ticket in ordinary(tickets))
        if history.first_responded_at
    )
    median, late = waits[len(waits) // 2], waits[len(waits) * 97 // 100]
    assert 2 < median < 12
    assert late > 8 * median
