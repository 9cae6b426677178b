"""A customer's answer that comes too late to reopen the ticket."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Team
from helpdesk.core import clock
from helpdesk.settings.catalogue import Desk, change_settings, load_desk
from helpdesk.tickets.models import LinkKind, TicketLink, TicketStatus
from helpdesk.tickets.operations import add_participant, answer, change_status
from helpdesk.tickets.operations.progressing import reopen_days
from helpdesk.tickets.queries import tickets_for
from helpdesk.tickets.requests import followed_up_by, follows_up


def closed(ticket, ana, *, days):
    with clock.freeze(clock.now() - timedelta(days=days)):
        change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    return ticket


def test_in_time_it_reopens(work, ticket, ana, carl):
    closed(ticket, ana, days=13)

    comment = answer(ticket, by=carl, content="It burns again.")

    assert (comment.ticket_id, ticket.status) == (ticket.id, TicketStatus.OPEN)


def test_too_late_it_opens_a_ticket_that_follows_up(work, ticket, ana, carl, cora):
    team = work.scalars(select(Team)).one()
    ticket.team_id = team.id
    add_participant(ticket, person=cora, by=ana)
    closed(ticket, ana, days=15)

    opened = answer(ticket, by=carl, content="It burns again.").ticket

    assert opened.id != ticket.id
    assert (opened.title, opened.description) == (ticket.title, "It burns again.")
    assert (opened.requester_id, opened.team_id, opened.status) == (carl.id, team.id, TicketStatus.OPEN)
    assert opened.participants == [cora]
    assert ticket.status is TicketStatus.CLOSED
    links = work.execute(select(TicketLink.ticket_id, TicketLink.other_id, TicketLink.kind)).all()
    assert links == [(opened.id, ticket.id, LinkKind.FOLLOWS_UP)]
    numbers = tickets_for(carl).with_only_columns(follows_up(), followed_up_by()).order_by(None)
    assert set(work.execute(numbers)) == {(ticket.ticket_number, None), (None, opened.ticket_number)}


def test_who_took_part_and_answers_becomes_the_requester(work, ticket, ana, carl, cora):
    add_participant(ticket, person=cora, by=ana)
    closed(ticket, ana, days=15)

    opened = answer(ticket, by=cora, content="It burns again.").ticket

    assert (opened.requester_id, opened.participants) == (cora.id, [carl])


def test_who_left_is_not_taken_along(work, ticket, ana, carl, cora):
    add_participant(ticket, person=cora, by=ana)
    closed(ticket, ana, days=15)
    cora.is_active = False

    assert answer(ticket, by=carl, content="It burns again.").ticket.participants == []


@pytest.mark.parametrize(
    "own, desks, days", [(None, 14, 14), (0, 14, 0), (30, 14, 30), (None, 0, 0), (7, 0, 7)]
)
def test_the_team_says_for_how_long_else_the_desk(work, ticket, own, desks, days):
    team = work.scalars(select(Team)).one()
    ticket.team_id, team.reopen_days = team.id, own
    work.flush()
    change_settings(reopen_days=desks)
    work.refresh(ticket, ["team"])

    assert reopen_days(ticket, load_desk()) == days


def test_without_a_team_the_desk_says_it(ticket, work):
    work.refresh(ticket, ["team"])

    assert reopen_days(ticket, Desk(reopen_days=3)) == 3
