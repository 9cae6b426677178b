"""Search: a number leads to its ticket, anything else to the list of what it finds; nothing asked teaches how."""

import pytest

from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.operations import note, take
from helpdesk.web.agents.list_page import EXAMPLES
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.test_queues import CEILING, titles


def search(browser, text, **more):
    return browser.get("/agent/search", query_string={"q": text, **more})


@pytest.mark.parametrize("typed", ["HD-{}", "hd-{}", "{}", " #{} ", "hd{}", "HD-0{}"])
def test_a_number_leads_to_its_ticket(as_ana, number, typed):
    page = search(as_ana, typed.format(number.removeprefix("HD-")))

    assert (page.status, page.location) == (303, f"/agent/tickets/{number}")


@pytest.mark.parametrize("typed", ["HD-424242", "42 bikes", "<script>x</script>", "9" * 40])
def test_what_is_found_nowhere_is_said(as_ana, number, typed):
    page = search(as_ana, typed)

    assert page.status == 200
    assert "Nothing was found" in page.text
    assert "<script>x" not in page.html


def test_a_ticket_one_may_not_see_is_not_found_either(as_ben, number, permitted):
    permitted("ben", Permission.ANSWER_TICKETS)

    assert "Nothing was found" in search(as_ben, number).text
    assert titles(search(as_ben, "printer")) == []


def test_words_are_found_in_every_ticket_open_or_not(as_ana, asked, deed):
    asked("carl", "The printer burns")
    deed("ana", note, asked("olga", "Coffee"), content="Says the printer.")
    asked("cora", "Tea")

    assert sorted(titles(search(as_ana, "printer"))) == ["Coffee", "The printer burns"]
    assert titles(search(as_ana, "printer olga")) == ["Coffee"]
    assert titles(search(as_ana, "prin -requester:olga", sort="number")) == ["The printer burns"]


def test_what_was_searched_stays_in_the_box_and_goes_along(as_ana, asked):
    number = asked(title="fire & smoke")

    page = search(as_ana, 'fire "smoke"')

    assert page.html.count('value="fire &#34;smoke&#34;"') == 1  # the box on top
    assert f"/agent/tickets/{number}?in=search&amp;q=fire+smoke" in page.html


def test_nothing_asked_shows_what_one_can_ask(as_ana, number):
    page = as_ana.get("/agent/search")

    assert titles(page) == []
    assert "Search all tickets" in page.text
    assert "/agent/search?q=status:open+assignee:me" in page.html


def test_every_example_is_understood(as_ana):
    for text, _words in EXAMPLES:
        assert search(as_ana, text).status == 200


def test_a_bad_query_is_named_and_finds_nothing(as_ana, number):
    page = search(as_ana, "statsu:open")

    assert page.status == 422
    assert "Did you mean “status:”?" in page.text
    assert titles(page) == []


def test_every_page_of_agents_has_the_box(as_ana, as_ada, number):
    for address in ("/agent/queues/mine", "/agent/search", "/agent/people", f"/agent/tickets/{number}"):
        assert 'action="/agent/search"' in as_ana.get(address).html, address
    assert 'action="/agent/search"' in as_ada.get("/agent/bin").html


@pytest.mark.parametrize("rows", [1, 50])
def test_a_search_costs_the_same_for_one_ticket_and_for_fifty(as_ana, cold, asked, deed, rows):
    for number in range(rows):
        deed("ana", take, asked(title=f"fire {number}"))
    browser = cold(as_ana)

    with counted_statements() as statements:
        page = search(browser, "fire")

    assert len(titles(page)) == rows
    assert len(statements) <= CEILING


def test_every_word_is_translated(pseudo, as_ana):
    assert untranslated(as_ana.get("/agent/search").html) == []
    assert untranslated(search(as_ana, "nothing").html) == []
