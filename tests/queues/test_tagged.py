"""A list of all tickets with a tag shows what it would if it were found otherwise, however many those are."""

import itertools
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.counts import AtLeast
from helpdesk.core.db import db
from helpdesk.core.pagination import KeysetPage, direction_of, keyset_page
from helpdesk.queues import tagged as by_tag
from helpdesk.queues.catalogue import QUEUES, Listing, listing
from helpdesk.queues.looks import GROUPINGS, VIEW_SORTS
from helpdesk.queues.rows import rows_of
from helpdesk.queues.tagged import Tagged, asked_of, tagged_of, tagged_rows_and_order, windows_of
from helpdesk.queues.views import View
from helpdesk.tickets.models import Ticket, TicketPriority
from helpdesk.tickets.operations import change_tags, delete, open_ticket, resolve

UTC = ZoneInfo("UTC")
SIZE = 4
SORTS = [sign + sort for sort in QUEUES["everything"].sorts for sign in ("", "-")]
QUERIES = ["tag:fax", "tag:fax -tag:odd", "tag:d", "tag:odd,third", "tag:third -tag:fax -tag:x", "tag:none"]
WAYS = {
    "few": (1000, 1000, 1000),
    "gathered": (-1, 1000, 1000),
    "window": (-1, -1, 1000),
    "too far": (-1, -1, 2),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same tickets taken for few, for more, for so many that they are asked one by one, and for a page too many."""
    for name, value in zip(("FEW", "MANY", "WINDOW"), WAYS[request.param], strict=True):
        monkeypatch.setattr(by_tag, name, value)


@pytest.fixture
def desk(work: Session, carl: User, olga: User, ana: User) -> list[Ticket]:
    """Fourteen tickets, some equal in what one may sort by; one that has all three tags is deleted."""
    tickets = []
    for place in range(14):
        person = (carl, olga)[place % 2]
        ticket = open_ticket(requester=person, by=person, title=f"T{place}", description="d")
        named = {"fax": place > 4, "odd": place % 2 == 1, "third": place % 3 == 0}
        change_tags(ticket, add=[name for name, is_so in named.items() if is_so], by=ana)
        if place % 5 == 4:
            resolve(ticket, by=ana)
        ticket.priority = list(TicketPriority)[place % 4]
        ticket.last_activity_at = clock.now() - timedelta(minutes=place * place % 7)
        tickets.append(ticket)
    delete(tickets[9], by=ana)
    work.flush()
    return tickets


def tagged_in(found: Listing, user: User) -> Tagged:
    asked = asked_of(found, user)
    assert asked is not None
    tagged = tagged_of(found, db.session.scalars(select(asked)).one())
    assert tagged is not None
    return tagged


def page_of(
    found: Listing, user: User, after: str | None = None, before: str | None = None
) -> KeysetPage[Any]:
    """As lists show it: the first window in which a page is full."""
    tagged = tagged_in(found, user)
    for window in windows_of(found, tagged):
        tickets, order = tagged_rows_and_order(found, tagged, window, size=SIZE, after=after, before=before)
        page = keyset_page(rows_of(tickets, user), order, size=SIZE, after=after, before=before)
        if page.before if direction_of(after, before)[1] else page.after:
            break
    return page


def numbers(page: KeysetPage[Any]) -> list[str]:
    return [row.ticket_number for row in page.rows]


def assert_pages_are_those_of(found: Listing, user: User) -> None:
    """There, and back again."""
    plain = keyset_page(rows_of(found.tickets, user), found.order, size=50)
    expected = [numbers(plain)[place : place + SIZE] for place in range(0, len(plain.rows), SIZE)] or [[]]

    pages = [page_of(found, user)]
    while pages[-1].after:
        pages.append(page_of(found, user, after=pages[-1].after))
    back = pages[-1:]
    while back[-1].before:
        back.append(page_of(found, user, before=back[-1].before))

    assert [numbers(page) for page in pages] == expected
    assert list(itertools.chain(*map(numbers, reversed(back)))) == list(itertools.chain(*expected))


@pytest.mark.usefixtures("desk", "way")
def test_pages_follow_each_other_in_every_order(ana: User) -> None:
    for sort, query in (*itertools.product(SORTS, QUERIES[:2]), *itertools.product(SORTS[:2], QUERIES[2:])):
        assert_pages_are_those_of(listing("everything", query, sort, ana, zone=UTC), ana)


@pytest.mark.usefixtures("desk", "way")
def test_those_of_a_view_as_well(ana: User) -> None:
    for sort, grouping in (*((sort, "") for sort in VIEW_SORTS), *(("activity", each) for each in GROUPINGS)):
        view = View("v000000000000", "Fax", "tag:fax", (), sort, grouping, is_own=True)
        assert_pages_are_those_of(listing(view.slug, "-tag:odd", "", ana, zone=UTC, view=view), ana)


@pytest.mark.parametrize(
    "query, count",
    [
        ("tag:fax", 8),
        ("tag:fax -tag:odd", 4),
        ("tag:a", 8),
        ("tag:odd,third", 9),
        ("tag:d", 9),
        ("tag:none", 0),
    ],
)
def test_they_are_counted_without_the_bin_and_each_once(
    desk: list[Ticket], ana: User, query: str, count: int
) -> None:
    tagged = tagged_in(listing("search", query, "", ana, zone=UTC), ana)

    assert tagged.count == count


def test_a_count_that_was_cut_says_so(desk: list[Ticket], ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_tag, "MANY", 3)

    tagged = tagged_in(listing("search", "tag:fax", "", ana, zone=UTC), ana)

    assert tagged.count == AtLeast(4)


@pytest.mark.parametrize(
    "slug, query, is_so",
    [
        ("everything", "tag:fax", True),
        ("search", "tag:fax,scanner -tag:odd", True),
        ("open", "tag:fax", False),
        ("everything", "tag:fax status:open", False),
        ("everything", "tag:fax printer", False),
        ("everything", "tag:fax tag:odd", False),
        ("everything", "tag:fax OR tag:odd", False),
        ("everything", "tag:fax -(tag:odd OR printer)", False),
        ("everything", "-tag:fax", False),
    ],
)
def test_only_lists_of_all_with_a_tag_are_found_so(ana: User, slug: str, query: str, is_so: bool) -> None:
    assert (listing(slug, query, "", ana, zone=UTC).of_tag is not None) is is_so


def test_who_does_not_see_every_ticket_sees_no_other_by_its_tag(
    desk: list[Ticket], carl: User, ana: User
) -> None:
    assert listing("search", "tag:fax", "", carl, zone=UTC).of_tag is None
