"""What was created on few days is found before it is sorted, and stands in its list as it would otherwise."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.pagination import keyset_page
from helpdesk.queues.catalogue import QUEUES, Listing, listing
from helpdesk.queues.found_first import rows_and_order
from helpdesk.queues.rows import rows_of
from helpdesk.tickets.models import Ticket, TicketPriority
from helpdesk.tickets.operations import open_ticket

UTC = ZoneInfo("UTC")
SORTS = [sign + sort for sort in QUEUES["open"].sorts for sign in ("", "-")]


@pytest.fixture
def desk(work: Session, carl: User, olga: User) -> list[Ticket]:
    """Seven tickets of this month, and one of long ago that somebody wrote in today."""
    tickets = [
        open_ticket(requester=person, by=person, title=f"T{place}", description="d")
        for place, person in enumerate([carl, olga] * 4)
    ]
    for place, ticket in enumerate(tickets):
        ticket.priority = list(TicketPriority)[place % 4]
        ticket.last_activity_at = clock.now() - timedelta(minutes=place * place % 5)
    tickets[-1].created_at = clock.now() - timedelta(days=400)
    work.flush()
    return tickets


def asked(user: User, query: str, sort: str = "") -> Listing:
    return listing("open", query, sort, user, zone=UTC)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_show_in_each_order_what_they_would_otherwise(desk: list[Ticket], ana: User, sort: str) -> None:
    found = asked(ana, f"created:{clock.now():%Y-%m}", sort)
    plain = keyset_page(rows_of(found.tickets, ana), found.order, size=20).rows
    tickets, order = rows_and_order(found)
    rows = rows_of(tickets, ana)

    first = keyset_page(rows, order, size=4)
    second = keyset_page(rows, order, size=4, after=first.after)
    back = keyset_page(rows, order, size=4, before=second.before)

    expected = [row.ticket_number for row in plain]
    assert len(expected) == 7
    assert [row.ticket_number for row in (*first.rows, *second.rows)] == expected
    assert [row.ticket_number for row in back.rows] == expected[:4]


@pytest.mark.parametrize(
    "query, is_so",
    [
        ("created:2026-03", True),
        ("created:2026-03-02,2026-03-09", True),
        ("tag:vip created:2026-03-01..2026-04-01", True),
        ("created:2026", False),
        ("created:2026-03,2026-05", False),
        ("-created:2026-03", False),
        ("created>=2026-03", False),
        ("created<7d", False),
        ("resolved:2026-03", False),
        ("created:2026-03 OR tag:vip", False),
    ],
)
def test_only_few_days_of_creation_are_found_first(ana: User, query: str, is_so: bool) -> None:
    assert asked(ana, query).is_found_first is is_so
