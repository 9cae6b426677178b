"""From a number to its ticket, however it is typed; and a clear word where there is none."""

import pytest

from helpdesk.accounts.permissions import Permission
from tests.support.readable import untranslated


@pytest.mark.parametrize("typed", ["HD-{}", "hd-{}", "{}", " #{} ", "hd{}", "HD-0{}"])
def test_a_number_leads_to_its_ticket(as_ana, number, typed):
    page = as_ana.get("/agent/jump", query_string={"number": typed.format(number.removeprefix("HD-"))})

    assert (page.status, page.location) == (303, f"/agent/tickets/{number}")


@pytest.mark.parametrize(
    "typed, words",
    [
        ("HD-424242", "There is no ticket HD-424242"),
        ("42 bikes", "“42 bikes” is not the number of a ticket"),
        ("<script>x</script>", "“<script>x</script>” is not the number of a ticket"),
        ("9" * 40, "is not the number of a ticket"),
    ],
)
def test_what_leads_nowhere_is_said(as_ana, typed, words):
    page = as_ana.get("/agent/jump", query_string={"number": typed})

    assert page.status == 404
    assert words in page.text
    assert "<script>x" not in page.html


def test_a_ticket_one_may_not_see_is_not_found_either(as_ben, number, permitted):
    permitted("ben", Permission.ANSWER_TICKETS)

    page = as_ben.get(f"/agent/jump?number={number}")

    assert page.status == 404
    assert f"There is no ticket {number}" in page.text


def test_without_a_number_it_asks_for_one(as_ana):
    page = as_ana.get("/agent/jump")

    assert page.status == 200
    assert "Which ticket?" in page.text


def test_every_word_is_translated(pseudo, as_ana):
    assert untranslated(as_ana.get("/agent/jump").html) == []
    assert untranslated(as_ana.get("/agent/jump?number=HD-42").html) == []
