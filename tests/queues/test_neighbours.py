"""From a ticket to the one before and the one after in the list it was opened from."""

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.pagination import keyset_page
from helpdesk.queues.catalogue import QUEUES, SEARCH, NoSuchList, NoSuchSort, listing
from helpdesk.queues.neighbours import neighbours
from helpdesk.queues.rows import rows_of
from helpdesk.tickets import operations
from helpdesk.tickets.models import Ticket, TicketPriority
from helpdesk.tickets.operations import open_ticket

EVERY_SORT = [
    (slug, sign + sort)
    for slug in ("open", "everything")
    for sort in QUEUES[slug].sorts
    for sign in ("", "-")
]


@pytest.fixture
def desk(work: Session, carl: User, olga: User, ana: User) -> list[Ticket]:
    """Twelve tickets, some of them equal in what one may sort by."""
    tickets = []
    for place in range(12):
        person = (carl, olga)[place % 2]
        due_at = clock.now() + timedelta(hours=place % 5) if place % 3 else None
        ticket = open_ticket(requester=person, by=person, title=f"T{place}", description="d", due_at=due_at)
        operations.set_priority(ticket, to=list(TicketPriority)[place % 4], by=ana)
        if place % 4 == 0:
            operations.take(ticket, by=ana)
        if place % 5 == 4:
            operations.resolve(ticket, by=ana)
        tickets.append(ticket)
    work.flush()
    return tickets


@pytest.mark.parametrize("slug, sort", EVERY_SORT)
def test_steps_follow_the_list(work: Session, desk: list[Ticket], ana: User, slug: str, sort: str) -> None:
    found = listing(slug, "", sort, ana, zone=ZoneInfo("UTC"))
    order = [row.ticket_number for row in keyset_page(rows_of(found.tickets, ana), found.order, size=20).rows]
    by_number = {ticket.ticket_number: ticket for ticket in desk}

    told = {number: work.execute(neighbours(found, by_number[number])).one() for number in order}

    following = dict(pairwise([None, *order, None]))
    for place, number in enumerate(order):
        row = told[number]
        assert (row.previous, row.next) == (order[place - 1] if place else None, following[number])
        assert (row.position, row.count) == (place + 1, len(order))


def test_a_ticket_that_left_the_list_keeps_its_neighbours(
    work: Session, desk: list[Ticket], ana: User
) -> None:
    found = listing("open", "", "number", ana, zone=ZoneInfo("UTC"))
    left = desk[5]
    operations.resolve(left, by=ana)
    work.flush()

    row = work.execute(neighbours(found, left)).one()

    assert (row.previous, row.next) == (desk[6].ticket_number, desk[3].ticket_number)
    assert row.position is None


def test_a_query_narrows_the_steps(work: Session, desk: list[Ticket], ana: User) -> None:
    row = work.execute(
        neighbours(listing(SEARCH, "requester:carl", "-number", ana, zone=ZoneInfo("UTC")), desk[2])
    ).one()

    assert (row.previous, row.next, row.count) == (desk[0].ticket_number, desk[4].ticket_number, 6)


def test_lists_and_sorts_that_do_not_exist_are_refused(work: Session, ana: User) -> None:
    with pytest.raises(NoSuchList):
        listing("nothing", "", "", ana, zone=ZoneInfo("UTC"))
    with pytest.raises(NoSuchSort):
        listing("everything", "", "assignee", ana, zone=ZoneInfo("UTC"))
