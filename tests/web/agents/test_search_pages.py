"""Pages of searches on a large desk: its first tickets, or those of one word, fill a page as all of them would."""

import re

import pytest

from helpdesk.queues import several_words, windows
from helpdesk.tickets.operations import note, reply
from helpdesk.web.agents import list_rows
from tests.support.statements import counted_statements
from tests.web.agents.test_queues import leads, titles

QUERIES = [
    "q=trombone+flute",
    "q=trombone+oboe",
    "q=trombone+-flute",
    "q=trombone+(flute+OR+oboe)",
    "q=trombone+is:open",
    "q=flute+OR+oboe",
    "q=flute+OR+oboe&sort=-number",
    "q=-flute",
    "q=-(flute+OR+oboe)",
    "q=trombone&sort=number",
    "q=oboe&sort=activity",
    "q=trombone+is:open&sort=number",
    "q=bassoon+OR+oboe",
]


@pytest.fixture
def desk(asked, deed):
    """Eighteen tickets with the word, eight with another besides, three with a rare one."""
    for place in range(18):
        number = asked(title=f"T{place}", content="A trombone" + " and a flute" * (place % 5 == 0))
        if place % 4 == 1:
            deed("carl", reply, number, content="And a flute")
        if place in (2, 5, 6):
            deed("ana", note, number, content="He means an oboe")


@pytest.fixture
def large(monkeypatch):
    """Such a desk counts as a large one."""
    monkeypatch.setattr(list_rows, "PAGE_SIZE", 3)
    monkeypatch.setattr(windows, "FIRST", 8)
    monkeypatch.setattr(windows, "SIZES", (4, 8, 12, 16))
    monkeypatch.setattr(windows, "_kept", {})
    for module in (windows, several_words):
        monkeypatch.setattr(module, "SAMPLE", 4)
    monkeypatch.setattr(several_words, "ENOUGH", 3)
    for module in (several_words, list_rows):
        monkeypatch.setattr(module, "FIRST_OF_LIST", 6)


def pages(browser, address):
    """The titles of all pages from the first to the last, and of each again from behind."""
    found, back = [], []
    page = browser.get(address)
    while True:
        found.append(titles(page))
        if not re.search('<a [^>]*href="[^"]+[?;]after=', page.html):
            break
        page = browser.get(leads(page.html, "after"))
        earlier = browser.get(leads(page.html, "before"))
        back.append(titles(earlier))
    return found, back


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("place", ["/agent/search", "/agent/queues/open"])
def test_pages_show_the_same_on_a_large_desk(as_ana, desk, large, monkeypatch, place, query):
    found, back = pages(as_ana, f"{place}?{query}")
    monkeypatch.setattr(windows, "_kept", {})
    monkeypatch.setattr(windows, "SIZES", (1_000_000,))

    assert (found, back) == pages(as_ana, f"{place}?{query}")
    assert found[:-1] == back


@pytest.mark.parametrize("query, more", [("q=trombone+oboe", 4), ("q=flute+OR+oboe", 1), ("q=-oboe", 0)])
def test_a_large_desk_costs_a_few_statements_more(as_ana, cold, desk, large, monkeypatch, query, more):
    as_ana.get("/agent/search?q=trombone+flute")  # where windows begin is known for a minute
    told = {}
    for name in ("large", "small"):
        browser = cold(as_ana)
        with counted_statements() as statements:
            assert titles(browser.get(f"/agent/search?{query}"))
        told[name] = len(statements)
        monkeypatch.setattr(windows, "FIRST", 1_000_000)

    assert told["large"] <= told["small"] + more
