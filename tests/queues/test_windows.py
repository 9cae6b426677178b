"""Best first: what speaks for a ticket, and that a window shows just what the whole search would."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.core import clock
from helpdesk.core.pagination import keyset_page
from helpdesk.queues import windows
from helpdesk.queues.catalogue import BEST, SEARCH, listing
from helpdesk.queues.neighbours import neighbours
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import note, open_ticket, reply

NOW = clock.now()


@pytest.fixture
def desk(work, carl, ana):
    """Five tickets with the word, by the days since it was written, and one without."""

    def opened(days, title="Question", words="Something"):
        with clock.freeze(NOW - timedelta(days=days)):
            return open_ticket(requester=carl, by=carl, title=title, description=words)

    made = {
        "title": opened(20, title="The trombone"),
        "opening": opened(9, words="My trombone"),
        "reply": opened(50),
        "note": opened(60),
        "old": opened(40, words="A trombone"),
        "none": opened(1),
    }
    with clock.freeze(NOW - timedelta(days=2)):
        reply(made["reply"], by=carl, content="Its trombone, too")
    with clock.freeze(NOW - timedelta(days=3)):
        note(made["note"], by=ana, content="He means the trombone")
    work.flush()
    return made


def found(desk, query, user, since=None, **marks):
    asked = listing(SEARCH, query, "", user, zone=ZoneInfo("UTC"))
    best = asked.best(since)
    page = keyset_page(
        best.tickets.with_only_columns(Ticket.id), best.order, size=marks.pop("size", 50), **marks
    )
    names = {ticket.id: name for name, ticket in desk.items()}
    return [names[row.id] for row in page.rows], page


ALL = ["title", "reply", "note", "opening", "old"]


def test_the_latest_words_come_first_and_a_title_counts_for_more(desk, ana):
    assert found(desk, "trombone", ana)[0] == ALL


def test_the_whole_query_narrows_what_one_word_leads(desk, ana):
    assert found(desk, "trombone means", ana)[0] == ["note"]
    assert found(desk, "trombone in:comments", ana)[0] == ["reply", "note", "opening", "old"]
    assert found(desk, "trombone -means tromb", ana)[0] == ["title", "reply", "opening", "old"]


@pytest.mark.parametrize("days", [1, 5, 15, 30, 45, 100])
def test_a_window_shows_how_the_whole_begins(desk, ana, days):
    seen, _page = found(desk, "trombone", ana, since=NOW - timedelta(days=days))

    assert seen == ALL[: len(seen)]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_lead_through_all_and_back(desk, ana, size):
    seen, after, pages = [], None, []
    while True:
        names, page = found(desk, "trombone", ana, size=size, after=after)
        seen += names
        pages.append(page)
        if page.after is None:
            break
        after = page.after

    assert seen == ALL
    assert found(desk, "trombone", ana, size=size, before=pages[1].before)[0] == ALL[:size]


def test_a_number_goes_before_all_else(desk, work, ana):
    number = desk["old"].ticket_number
    with clock.freeze(NOW):
        note(desk["none"], by=ana, content=f"See {number}")
    work.flush()

    assert found(desk, number, ana)[0] == ["old", "none"]


def test_who_goes_on_from_a_ticket_goes_in_that_order(desk, work, ana):
    asked = listing(SEARCH, "trombone", "", ana, zone=ZoneInfo("UTC"))

    row = work.execute(neighbours(asked, desk["note"])).one()

    assert asked.sorted_by == BEST
    assert row == (desk["reply"].ticket_number, desk["opening"].ticket_number, 3, 5)


def test_without_a_word_nothing_leads(ana):
    for query in ("status:open", "-trombone", "…", "(a OR b)", ""):
        assert listing(SEARCH, query, "", ana, zone=ZoneInfo("UTC")).best is None, query
    assert listing(SEARCH, "trombone", "number", ana, zone=ZoneInfo("UTC")).best is None


def test_windows_end_with_everything(desk, monkeypatch):
    monkeypatch.setattr(windows, "_kept", {})
    monkeypatch.setattr(windows, "SIZES", (1, 3, 1_000))
    monkeypatch.setattr(windows, "FIRST", 3)

    first, last = windows.looks_for_one()

    assert last == windows.Look()
    known = windows.known_windows()
    assert list(known.begins) == [1, 3]
    assert known.begins[1] > known.begins[3] == first.since
    assert known.messages >= 8


@pytest.mark.parametrize(
    "found, sizes",
    [(0, [3]), (1, [3, 300]), (3, [3, 100]), (10, [3, 30])],
    ids=["none", "one", "some", "many"],
)
def test_what_the_first_window_tells_decides_how_far_the_second_goes(monkeypatch, found, sizes):
    begins = {size: NOW - timedelta(days=size) for size in (1, 3, 30, 100, 300, 900)}
    known = windows.Windows(1_000, begins)
    monkeypatch.setattr(windows, "known_windows", lambda: known)
    monkeypatch.setattr(windows, "FIRST", 3)

    looked = []
    for look in windows.looks_for_one():
        looked.append(look.since)
        look.found = found

    assert looked == [*(begins[size] for size in sizes), None]
