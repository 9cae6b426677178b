"""What is offered while somebody types: tickets, people, tags, pages, and never what the reader may not see."""

import re

import pytest

from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.operations import change_tags
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

URL = "/agent/search/suggestions"
CEILING = 6


def offered(browser, typed, only=""):
    """By the name of each group: where its options lead."""
    page = browser.get(f"{URL}?only={only}&q={typed}")
    assert page.status == 200
    groups = re.findall(r'role="group" aria-label="([^"]+)">(.*?)\n</div>', page.html, re.DOTALL)
    return {name: re.findall(r'data-url="([^"]+)"', options) for name, options in groups}


def test_words_of_titles_and_their_beginnings_find_the_newest_first(as_ana, asked):
    older = asked(title="The crème brûlée is burnt")
    newer = asked(title="Brulee again")
    asked(title="Something else")

    found = offered(as_ana, "brul")

    assert found["Tickets"] == [f"/agent/tickets/{newer}", f"/agent/tickets/{older}"]
    assert offered(as_ana, "burnt+brul")["Tickets"] == [f"/agent/tickets/{older}"]


@pytest.mark.parametrize("typed", ["{}", "hd-{}", "%23{}"])
def test_a_number_is_its_ticket(as_ana, asked, typed):
    number = asked(title="The one")

    found = offered(as_ana, typed.format(number.removeprefix("HD-")))

    assert found["Tickets"] == [f"/agent/tickets/{number}"]


def test_people_are_found_by_any_of_their_names_and_by_their_address(as_ana, person_id):
    carl = f"/agent/people/{person_id('carl')}"

    assert carl in offered(as_ana, "carl")["People"]
    assert carl in offered(as_ana, "carl@cust")["People"]
    assert "People" not in offered(as_ana, "arl")


def test_tags_lead_to_what_has_them(as_ana, asked, deed):
    deed("ana", change_tags, asked(), add=["spare-parts"])

    assert offered(as_ana, "spare")["Tags"] == ["/agent/search?q=tag:spare-parts"]


def test_pages_are_found_by_the_beginnings_of_their_words(as_ana, as_ada):
    assert offered(as_ana, "unass")["Go to"] == ["/agent/queues/unassigned"]
    assert offered(as_ana, "my+te")["Go to"] == ["/agent/queues/teams"]
    assert "Go to" not in offered(as_ana, "branding")
    assert offered(as_ada, "branding")["Go to"] == ["/admin/branding"]


def test_who_sees_few_tickets_is_offered_few(as_ben, asked, permitted, person_id):
    asked(title="A secret matter")
    permitted("ben", Permission.ANSWER_TICKETS)

    assert "Tickets" not in offered(as_ben, "secret")
    assert "People" not in offered(as_ben, "carl")
    assert "Tickets" not in offered(as_ben, "1")


def test_terms_are_completed_and_name_nothing_else(as_ana, asked):
    asked(title="An open door")

    assert set(offered(as_ana, "status:op")) <= {"Narrow the search"}
    assert set(offered(as_ana, "open", only="terms")) <= {"Narrow the search"}
    assert "Tickets" in offered(as_ana, "open", only="names")


@pytest.mark.parametrize(
    "typed", ["", "%20", "x", "''", "%5C", "%25", "_", "a'b", "(", "\u0301\u0301", "&|!:*"]
)
def test_what_means_nothing_offers_nothing_and_breaks_nothing(as_ana, asked, typed):
    asked(title="Water")

    assert "Tickets" not in offered(as_ana, typed)


def test_names_are_text(as_ana, asked):
    asked(title="<script>alert(1)</script>")

    assert "<script>" not in as_ana.get(f"{URL}?q=script").html


def test_they_cost_the_same_however_many_there_are(as_ana, asked, cold):
    def cost(typed):
        browser = cold(as_ana)
        with counted_statements() as statements:
            offered(browser, typed)
        return len(statements)

    asked(title="Printer")
    one = cost("printer")
    for _ in range(4):
        asked(title="Printer")

    assert cost("printer") == one <= CEILING


def test_they_are_translated(as_ana, asked, pseudo):
    asked(title="Printer")

    assert untranslated(as_ana.get(f"{URL}?q=printer").html) == []


def test_customers_are_offered_nothing(as_carl, as_nobody):
    assert as_carl.get(f"{URL}?q=printer").status == 303
    assert as_nobody.get(f"{URL}?q=printer").status == 303
