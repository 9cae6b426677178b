"""Search: a number leads to its ticket, anything else to the list of what it finds; nothing asked teaches how."""

import io
import re
from datetime import timedelta

import pytest

from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.queues.windows import Look
from helpdesk.tickets.criteria import word_alone
from helpdesk.tickets.known_words import learn_words
from helpdesk.tickets.operations import note, reply, take
from helpdesk.tickets.operations.attaching import Upload
from helpdesk.web.agents import list_rows
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


@pytest.mark.parametrize(
    "typed",
    [
        "printer", "prin", "burn", '"the printer"', '"printer the"', "printer smoke", "smo printer", "carl", "olga tea",
        '"fire smoke" printer', "50%", "under_score", "back\\slash", "Überfluss", "printer printer", "HD-1", "a b c",
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 50])
@pytest.mark.parametrize("hours", [None, -1, 1])
def test_a_search_that_is_kept_finds_what_one_that_is_built_finds(
    as_ana, as_ben, asked, deed, permitted, monkeypatch, typed, size, hours
):
    for name, title in (
        ("carl", "The printer burns"), ("olga", "Tea, 50% off, back\\slash"), ("cora", "fire smoke of a b c"),
        ("carl", "under_score Überfluss, the printer smokes"),
    ):  # fmt: skip
        deed("ana", note, asked(name, title), content=f"Says the printer of {name} smokes.")
    permitted("ben", Permission.ANSWER_TICKETS)
    monkeypatch.setattr(list_rows, "PAGE_SIZE", size)
    nothing = {}.get  # no search is one that is kept
    begins = (clock.now() + timedelta(hours=hours), None) if hours else (None,)
    monkeypatch.setattr(list_rows, "looks_for_one", lambda **_: map(Look, begins))

    def found(word_alone, browser, **marks):
        monkeypatch.setattr(list_rows, "word_alone", word_alone)
        page = search(browser, typed, **marks).html
        return re.findall("<tr.*?</tr>", page, re.DOTALL), re.findall('after=([^&"]+)', page)

    for browser in (as_ana, as_ben):
        kept, built = found(word_alone, browser), found(nothing, browser)
        assert kept == built
        for mark in kept[1][:1]:
            assert found(word_alone, browser, after=mark) == found(nothing, browser, after=mark)


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


def test_a_slip_is_told_with_what_was_probably_meant(as_ana, as_ben, asked, permitted, acting):
    for place in range(3):
        asked(title=f"The trombone {place}")
    with acting("ana"):
        learn_words()

    page = search(as_ana, "trombnoe -flute")

    assert "Did you mean “trombone -flute”?" in page.text
    assert "/agent/search?q=trombone+-flute" in page.html
    permitted("ben", Permission.ANSWER_TICKETS)
    assert "Did you mean" not in search(as_ben, "trombnoe").text


def test_a_slip_in_a_name_or_an_address_is_told_with_who_was_probably_meant(as_ana, as_ben, asked, permitted):
    asked("carl", "The trombone")
    asked("carl", "The flute")

    page = search(as_ana, "status:open cral custmoer -flute")

    assert "Did you mean “status:open Carl Customer -flute”?" in page.text
    assert titles(search(as_ana, "status:open Carl Customer -flute")) == ["The trombone"]
    assert "Did you mean “carl@customer.example”?" in search(as_ana, "crl@custommer.example").text
    assert "Did you mean" not in search(as_ana, "coar coleague").text  # she has no tickets
    permitted("ben", Permission.ANSWER_TICKETS)
    assert "Did you mean" not in search(as_ben, "cral custmoer").text


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


class TestWhere:
    """Each ticket shows where its words were found."""

    def test_the_message_with_the_words_is_shown_with_the_words_marked(self, as_ana, asked, deed):
        number = asked("carl", "Printer", "The toner of the Café machine leaks since Monday.")
        deed("ana", reply, number, content="We look into it.")

        assert places(search(as_ana, "printer")) == ["We look into it."]
        assert marks(search(as_ana, "printer")) == ["Printer"]
        assert marks(search(as_ana, "cafe machi")) == ["Café", "machine"]
        assert marks(search(as_ana, '"toner of the"')) == ["The", "toner", "of", "the"]
        assert marks(search(as_ana, "toner -banana is:open")) == ["toner"]
        assert marks(search(as_ana, "carl")) == []
        assert marks(search(as_ana, "toner", sort="number")) == ["toner"]

    def test_one_with_all_the_words_is_shown_before_a_newer_one(self, as_ana, asked, deed):
        number = asked("carl", "A question", "The toner leaks.")
        deed("ana", reply, number, content="What toner is it?")

        assert places(search(as_ana, "toner leaks")) == ["The toner leaks."]

    def test_notes_and_files_say_what_they_are(self, as_ana, asked, deed):
        deed("ana", note, asked("carl", "One"), content="A canary sang.")
        scan = Upload("my_canary.txt", io.BytesIO(b"Nothing"))
        deed("carl", reply, asked("carl", "Two"), content="See", uploads=[scan])

        page = search(as_ana, "canary")

        assert sorted(places(page)) == ["A canary sang.", "my_canary.txt"]
        assert "Internal note: A canary sang" in page.text
        assert "File: my_canary.txt" in page.text

    @pytest.mark.parametrize("word", ["alert", "evil", "mark", "onerror", "printer"])
    def test_what_people_wrote_is_never_markup(self, as_ana, asked, word):
        hostile = (
            "<script>alert(1)</script> evil </mark><mark onerror=x> \ue000<img src=x onerror=alert(1)>\ue001 "
            "&lt;b&gt; \ue001 printer \ue000<i>"
        )
        asked("carl", hostile.replace("\ue000", "").replace("\ue001", ""), hostile)

        html = search(as_ana, word).html

        for markup in ("<script>alert", "<mark ", "<img src=x", "<i>", "\ue000", "\ue001"):
            assert markup not in html
        assert html.count("<mark>") == html.count("</mark>")

    def test_other_lists_mark_nothing(self, as_ana, asked):
        asked("carl", "Printer \ue000x\ue001")

        assert "<mark>" not in as_ana.get("/agent/queues/everything?q=printer").html

    def test_a_full_page_weighs_little(self, as_ana, asked):
        words = (
            "Dear desk, since Tuesday the display of the second bike stays dark after the update, and more. "
        )
        for _number in range(50):
            asked("carl", "The replacement of the front axle has not come yet, and nobody answers", words * 3)

        page = search(as_ana, "display dark update axle answers")

        assert len(titles(page)) == 50
        assert len(page.response.data) <= 80_000


def marks(page):
    return re.findall("<mark>([^<]*)</mark>", page.html)


def places(page):
    """What each row shows of its ticket's messages and files."""
    found = re.findall(r'(?s)<div class="snippet">.*?<bdi>((?:(?!</?bdi>).)*)</bdi></div>', page.html)
    return [re.sub("</?mark>", "", each) for each in found]
