"""Views: kept, shared, pinned in one's own order; and they show no more than their reader may see."""

import itertools
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.operations.teams import dissolve_team
from helpdesk.core import clock
from helpdesk.core.counts import COUNTED, AtLeast, told
from helpdesk.core.errors import Refused
from helpdesk.core.pagination import keyset_page
from helpdesk.queues import operations as views_operations
from helpdesk.queues.catalogue import NoSuchList, find_view, listing
from helpdesk.queues.counts import view_counts
from helpdesk.queues.looks import COLUMNS, GROUPINGS, VIEW_SORTS
from helpdesk.queues.models import SavedView
from helpdesk.queues.operations import (
    Audience,
    BadLook,
    Content,
    TooManyViews,
    change_view,
    create_view,
    delete_view,
    move,
    pin,
    unpin,
)
from helpdesk.queues.rows import rows_of
from helpdesk.queues.views import pinned_views, read_views, views_for
from helpdesk.tickets import operations
from helpdesk.tickets.criteria import BadQuery
from helpdesk.tickets.models import Ticket, TicketPriority
from helpdesk.tickets.operations import note, open_ticket, reply

UTC = ZoneInfo("UTC")


def view_of(name: str = "Fires", query: str = "is:open", *, by: User, **more: object) -> SavedView:
    return create_view(Content(name=name, query=query, **more), by=by)  # type: ignore[arg-type]  # as the test says


def pinned(work: Session, user: User) -> list[str]:
    return [
        view.name for view in read_views(work.scalars(select(pinned_views(user))).one()) if view.is_pinned
    ]


def titles(slug: str, user: User, sort: str = "") -> list[str]:
    found = listing(slug, "", sort, user, zone=UTC)
    return [row.title for row in keyset_page(rows_of(found.tickets, user), found.order, size=50).rows]


def test_a_view_is_pinned_for_who_made_it_and_unknown_to_others(work: Session, ana: User, ben: User) -> None:
    view = view_of(by=ana)

    assert (pinned(work, ana), pinned(work, ben)) == (["Fires"], [])
    assert find_view(view.slug, ana).name == "Fires"
    with pytest.raises(NoSuchList):
        find_view(view.slug, ben)


def test_what_a_view_asks_for_is_kept_as_it_is_printed(work: Session, ana: User) -> None:
    assert view_of(query="  STATUS:open   tag:vip ", by=ana).query == "status:open tag:vip"


@pytest.mark.parametrize("query", ["colour:red", "status:nowhere"])
def test_what_makes_no_sense_is_not_kept(work: Session, ana: User, query: str) -> None:
    with pytest.raises(BadQuery):
        view_of(query=query, by=ana)


def test_looks_that_do_not_exist_are_refused(work: Session, ana: User) -> None:
    for look in ({"sort": "colour"}, {"columns": ["password_hash"]}, {"grouping": "title"}):
        with pytest.raises(BadLook):
            view_of(by=ana, **look)


def test_sharing_takes_a_right(work: Session, ana: User, ben: User, ada: User) -> None:
    with pytest.raises(Refused):
        view_of(by=ana, audience=Audience.EVERYONE)
    shared = view_of(by=ada, audience=Audience.EVERYONE)

    assert find_view(shared.slug, ben).is_shared
    for deed in (delete_view, lambda view, by: change_view(view, Content(name="x", query=""), by=by)):
        with pytest.raises(Refused):
            deed(shared, by=ana)


def test_a_teams_view_is_its_members_and_goes_with_it(work: Session, ana: User, ada: User) -> None:
    team = work.scalars(select(Team)).one()
    view = view_of(by=ada, audience=Audience.TEAM, team=team)
    work.refresh(ana)
    is_member = team.id in ana.team_ids

    assert (view.slug in {each.slug for each in work.scalars(views_for(ana))}) is is_member
    dissolve_team(team, tickets_to=None, by=ada)
    assert work.scalars(select(SavedView).where(SavedView.slug == view.slug)).all() == []


def test_who_shares_a_view_with_a_team_of_others_still_has_it(work: Session, ada: User, ben: User) -> None:
    team = Team(name="Others")
    work.add(team)
    work.flush()
    view = view_of(by=ada, audience=Audience.TEAM, team=team)

    assert view.slug in {each.slug for each in work.scalars(views_for(ada))}
    assert pinned(work, ada) == [view.name]
    assert view.slug not in {each.slug for each in work.scalars(views_for(ben))}


def test_pins_stand_in_ones_own_order(work: Session, ana: User, ben: User, ada: User) -> None:
    first, second, third = (
        view_of(name, by=ada, audience=Audience.EVERYONE) for name in ("First", "Second", "Third")
    )
    for view in (first, second, third, first):
        pin(view, by=ana)

    move(third, by=ana, places=-1)
    move(first, by=ana, places=-5)
    assert pinned(work, ana) == ["First", "Third", "Second"]
    assert pinned(work, ada) == ["First", "Second", "Third"]

    unpin(third, by=ana)
    assert (pinned(work, ana), pinned(work, ben)) == (["First", "Second"], [])
    delete_view(second, by=ada)
    work.expire_all()
    assert (pinned(work, ana), pinned(work, ada)) == (["First"], ["First", "Third"])


def test_what_one_may_not_open_any_more_takes_no_place_among_ones_pins(
    work: Session, ada: User, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_operations, "MOST_PINNED", 1)
    view = view_of(by=ada, audience=Audience.EVERYONE)
    pin(view, by=ana)
    change_view(view, Content(name="Mine", query=""), by=ada)

    view_of("Ours", by=ana)

    assert pinned(work, ana) == ["Ours"]


@pytest.mark.parametrize("audience", [Audience.OWN, Audience.EVERYONE])
def test_there_are_only_so_many_views(
    work: Session, ada: User, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_operations, "MOST_VIEWS", 1)
    view_of(by=ada, audience=audience)
    other = view_of(by=ada, audience=Audience.EVERYONE if audience is Audience.OWN else Audience.OWN)

    with pytest.raises(TooManyViews):
        view_of(by=ada, audience=audience)
    with pytest.raises(TooManyViews):
        change_view(other, Content(name="Another", query="", audience=audience), by=ada)


def test_a_view_shows_no_more_than_its_reader_may_see(
    work: Session, ticket: Ticket, ana: User, ada: User
) -> None:
    view = view_of(by=ada, audience=Audience.EVERYONE)
    assert titles(view.slug, ada) == titles(view.slug, ana) == [ticket.title]

    ana.permissions = []

    assert titles(view.slug, ana) == []


def test_a_view_that_broke_shows_nothing_and_says_why(work: Session, ticket: Ticket, ana: User) -> None:
    view = view_of(by=ana)
    view.query = "colour:red"
    work.flush()
    found = listing(view.slug, "", "", ana, zone=UTC)

    assert "colour" in found.problem
    assert titles(view.slug, ana) == []
    assert not view_counts([find_view(view.slug, ana)], ana, UTC).selected_columns


@pytest.fixture
def desk(work: Session, carl: User, olga: User, ana: User) -> list[Ticket]:
    tickets = []
    for place in range(8):
        person = (carl, olga)[place % 2]
        ticket = open_ticket(requester=person, by=person, title=f"T{place}", description="d")
        operations.set_priority(ticket, to=list(TicketPriority)[place % 4], by=ana)
        if place % 3 == 0:
            operations.take(ticket, by=ana)
        tickets.append(ticket)
    work.flush()
    return tickets


@pytest.mark.parametrize("sort", [sign + sort for sort in VIEW_SORTS for sign in ("", "-")])
def test_every_order_pages_through_everything_once(
    work: Session, desk: list[Ticket], ana: User, sort: str
) -> None:
    view = view_of(by=ana, sort=sort, columns=COLUMNS)
    found = listing(view.slug, "", "", ana, zone=UTC)
    seen, mark = [], None
    for _page in range(5):
        page = keyset_page(rows_of(found.tickets, ana, COLUMNS), found.order, size=3, after=mark)
        seen += [row.title for row in page.rows]
        mark = page.after
        if mark is None:
            break

    assert sorted(seen) == sorted(ticket.title for ticket in desk)


@pytest.mark.parametrize("grouping", [each for each in GROUPINGS if each != "due"])
def test_rows_of_a_group_stand_together(work: Session, desk: list[Ticket], ana: User, grouping: str) -> None:
    view = view_of(by=ana, sort="-created", grouping=grouping)
    found = listing(view.slug, "", "", ana, zone=UTC)
    rows = keyset_page(rows_of(found.tickets, ana), found.order, size=50).rows
    met = [getattr(row, grouping) for row in rows]
    changes = sum(one != other for one, other in itertools.pairwise(met))

    assert changes == len(set(met)) - 1


def test_the_longest_wait_is_the_oldest_unanswered_word_of_a_customer(
    work: Session, carl: User, ana: User
) -> None:
    now = clock.now()
    with clock.freeze(now):
        early = open_ticket(requester=carl, by=carl, title="early, answered, asked again", description="d")
    with clock.freeze(now + timedelta(hours=1)):
        waits = open_ticket(requester=carl, by=carl, title="waits", description="d")
        reply(early, by=ana, content="Try water.")
        answered = open_ticket(requester=carl, by=carl, title="answered", description="d")
    with clock.freeze(now + timedelta(hours=2)):
        reply(early, by=carl, content="It burns still.")
        reply(waits, by=carl, content="Hello?")
        note(waits, by=ana, content="Somebody should answer.")
        reply(answered, by=ana, content="Yes.")
    view = view_of(by=ana, sort="wait")

    assert titles(view.slug, ana) == ["waits", "early, answered, asked again", "answered"]
    assert (waits.unanswered_since, answered.unanswered_since) == (now + timedelta(hours=1), None)


def test_counts_end_at_a_cap() -> None:
    assert (told(COUNTED), int(told(COUNTED + 1))) == (COUNTED, COUNTED)
    assert isinstance(told(COUNTED + 1), AtLeast)
    assert not isinstance(told(COUNTED), AtLeast)


def test_what_is_kept_by_an_unfinished_count_is_not_taken_for_just_as_many() -> None:
    assert told(COUNTED) != told(COUNTED + 1)
    assert told(COUNTED + 1) == told(COUNTED + 2)
    assert len({told(COUNTED), told(COUNTED + 1), told(COUNTED + 2)}) == 2


def test_views_are_counted_in_one_statement(work: Session, desk: list[Ticket], ana: User) -> None:
    views = [
        view_of("all", "", by=ana), view_of("mine", "assignee:me", by=ana), view_of("none", "zebra", by=ana)
    ]  # fmt: skip
    found = [find_view(view.slug, ana) for view in views]

    assert tuple(work.execute(view_counts(found, ana, UTC)).one()) == (8, 3, 0)
