"""Several words: each is sought among the tickets of one of them, and what is shown is what the whole search shows."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.pagination import keyset_page
from helpdesk.queues import several_words, windows
from helpdesk.queues.catalogue import SEARCH, listing
from helpdesk.queues.several_words import Look, looks
from helpdesk.tickets.criteria import parse
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import note, open_ticket, reply
from tests.support.statements import counted_statements

NOW = clock.now()
PAGE = 4
EVERY, THIRD, RARE = "trombone", "flute", "oboe"
"""Words of all forty tickets, of every third, and of two."""


@pytest.fixture
def desk(work: Session, carl: User, ana: User) -> list[Ticket]:
    """Forty tickets, an hour between them. Every fifth says it in its second message, every seventh has a note."""
    made = []
    for place in range(40):
        words = " ".join([EVERY, *[THIRD] * (place % 3 == 0), *[RARE] * (place in (3, 20))])
        with clock.freeze(NOW - timedelta(hours=50 - place)):
            ticket = open_ticket(
                requester=carl, by=carl, title=f"T{place}", description="Hello" if place % 5 == 0 else words
            )
            if place % 5 == 0:
                reply(ticket, by=carl, content=words)
            if place % 7 == 0:
                note(ticket, by=ana, content=f"He means a {THIRD}")
        made.append(ticket)
    work.flush()
    return made


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (windows, several_words):
        monkeypatch.setattr(module, "SAMPLE", 10)
    monkeypatch.setattr(windows, "FIRST", 12)
    monkeypatch.setattr(windows, "SIZES", (10, 12, 24, 36))
    monkeypatch.setattr(windows, "_kept", {})
    monkeypatch.setattr(several_words, "ENOUGH", PAGE)


def pages(text: str, user: User, ways: Callable[..., Iterator[Look]]) -> list[list[str]]:
    """All pages of a search, each filled by the first look that does."""
    asked = listing(SEARCH, text, "", user, zone=ZoneInfo("UTC"))
    assert asked.best
    found, after = [], None
    while True:
        for look in ways(asked.query, user):
            best = asked.best(look.since, look.ids, look.is_of_lead)
            rows = best.tickets.with_only_columns(Ticket.title)
            page = keyset_page(rows, best.order, size=PAGE, after=after)
            look.found = len(page.rows)
            if page.after:
                break
        found.append([row.title for row in page.rows])
        if page.after is None:
            return found
        after = page.after


def everything(*_: object) -> Iterator[Look]:
    yield Look()


@pytest.mark.parametrize("most", [1, 5, 1_000])
@pytest.mark.parametrize(
    "text",
    [
        f"{EVERY} {THIRD}",
        f"{THIRD} {RARE}",
        f"{EVERY} {RARE}",
        f"{EVERY} {THIRD} {RARE}",
        f"{EVERY} {THIRD[:3]}",
        f"{EVERY} -{THIRD}",
        f"{EVERY} -{RARE} is:open",
        f"{EVERY} ({THIRD} OR {RARE})",
        f"{THIRD} -({RARE} OR {EVERY})",
        f"{EVERY} {THIRD} in:notes",
        f'"{EVERY} {THIRD}" {RARE}',
        f"{EVERY} status:open",
        f"{EVERY} status:closed",
        f"{EVERY} bassoon",
    ],
)
def test_pages_show_what_they_would_if_each_word_were_sought_everywhere(
    desk: list[Ticket], ana: User, monkeypatch: pytest.MonkeyPatch, text: str, most: int
) -> None:
    monkeypatch.setattr(several_words, "MOST", most)

    assert pages(text, ana, looks) == pages(text, ana, everything)


def ways(desk: list[Ticket], text: str, user: User, found: int = 0) -> list[tuple[bool, list[str] | None]]:
    """Of each look whether it is a window, and the titles of the tickets it is among."""
    titles = {ticket.id: ticket.title for ticket in desk}
    told = []
    for look in looks(parse(text), user):
        look.found = found
        told.append(
            (look.since is not None, None if look.ids is None else sorted(map(titles.__getitem__, look.ids)))
        )
    return told


@pytest.fixture
def _no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """None is expected to fill a page."""
    monkeypatch.setattr(several_words, "ENOUGH", 1_000)


@pytest.mark.usefixtures("_no_window")
def test_a_rare_word_is_found_and_the_common_one_sought_among_its_tickets(
    desk: list[Ticket], ana: User
) -> None:
    assert ways(desk, f"{EVERY} {RARE}", ana) == [(False, ["T20", "T3"])]
    assert ways(desk, f"{RARE} {EVERY} {THIRD}", ana) == [(False, ["T20", "T3"])]


def test_words_that_are_common_are_looked_for_in_the_newest_tickets_first(
    desk: list[Ticket], ana: User
) -> None:
    first, *_, last = ways(desk, f"{EVERY} {THIRD}", ana, found=PAGE)

    assert first[0]
    assert first[1]
    assert set(first[1]) < {ticket.title for ticket in desk[25:]}
    assert not last[0]


def test_where_every_word_is_too_common_each_is_sought_everywhere(
    desk: list[Ticket], ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several_words, "MOST", 1)

    assert ways(desk, f"{EVERY} {THIRD}", ana) == [(False, None)]


def test_one_word_is_looked_for_as_ever(desk: list[Ticket], ana: User) -> None:
    for text in (EVERY, f"{EVERY} in:comments", f"{EVERY} is:open"):
        assert ways(desk, text, ana) == [(True, None), (False, None)]


def test_backwards_there_are_no_windows(desk: list[Ticket], ana: User) -> None:
    whole = list(looks(parse(f"{EVERY} {THIRD}"), ana, is_whole=True))

    assert [look.since for look in whole] == [None]
    assert list(looks(parse(EVERY), ana, is_whole=True)) == [Look()]


@pytest.mark.usefixtures("_no_window")
def test_a_look_costs_a_statement_and_to_know_the_words_another(desk: list[Ticket], ana: User) -> None:
    list(looks(parse(EVERY), ana))

    with counted_statements() as statements:
        list(looks(parse(f"{EVERY} {RARE}"), ana))

    assert len(statements) == 2
