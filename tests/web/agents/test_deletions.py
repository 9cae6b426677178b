"""The bin: asked before, gone everywhere, back as it was; for those alone who may delete."""

import re

import pytest

from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import delete
from helpdesk.web.agents import deleted_tickets
from tests.support.readable import untranslated
from tests.support.statements import counted_statements


def titles(page):
    return re.findall(r'<b dir="auto">([^<]+)</b><span class="numeric">', page.html)


def test_deleting_asks_first_and_then_the_ticket_is_gone(as_ada, as_ana, as_carl, number):
    question = as_ada.get(f"/agent/tickets/{number}/deletion/new")
    sent = as_ada.post(f"/agent/tickets/{number}/deletion", follow=True)

    assert "Nobody finds it any more" in question.text
    assert f"{number} is in the bin." in sent.text
    assert as_ana.get(f"/agent/tickets/{number}").status == 404
    assert as_carl.get(f"/portal/tickets/{number}").status == 404
    assert titles(as_ada.get("/agent/bin")) == ["The printer is on fire"]


def test_a_restored_ticket_is_back_as_it_was(as_ada, number, deed, facts):
    deed("ada", delete, number)

    sent = as_ada.post(f"/agent/tickets/{number}/restoration", follow=True)

    assert f"{number} is back, as it was." in sent.text
    assert facts(number, Ticket.deleted_at) is None
    assert titles(as_ada.get("/agent/bin")) == []


def test_who_may_not_delete_sees_no_bin_and_restores_nothing(as_ana, number, deed, facts):
    assert "/agent/bin" not in as_ana.get("/agent/queues/open").html
    assert as_ana.get("/agent/bin").status == 403
    assert as_ana.get(f"/agent/tickets/{number}/deletion/new").status == 403
    assert as_ana.post(f"/agent/tickets/{number}/deletion").status == 403

    deed("ada", delete, number)

    assert as_ana.post(f"/agent/tickets/{number}/restoration").status == 403
    assert facts(number, Ticket.deleted_at) is not None


def test_only_deleted_tickets_are_restored(as_ada, number):
    assert as_ada.post(f"/agent/tickets/{number}/restoration").status == 404
    assert as_ada.post("/agent/tickets/HD-999/restoration").status == 404


def test_an_empty_bin_says_what_would_be_there(as_ada):
    assert "The bin is empty" in as_ada.get("/agent/bin").text


def test_the_bin_pages_back_from_the_last_deleted(as_ada, asked, deed, monkeypatch):
    monkeypatch.setattr(deleted_tickets, "PAGE_SIZE", 2)
    for title in ("first", "second", "third"):
        deed("ada", delete, asked(title=title))

    page = as_ada.get("/agent/bin")
    older = as_ada.get(re.search(r'/agent/bin\?after=[^"]+', page.html).group())

    assert (titles(page), titles(older)) == (["third", "second"], ["first"])
    assert titles(as_ada.get(re.search(r'/agent/bin\?before=[^"]+', older.html).group())) == [
        "third",
        "second",
    ]


@pytest.mark.parametrize("mark", ["x", "WzEsIDJd"])
def test_a_mark_that_is_not_ours_is_a_bad_request(as_ada, mark):
    assert as_ada.get(f"/agent/bin?after={mark}").status == 400


@pytest.mark.parametrize("rows", [1, 50])
def test_the_bin_costs_the_same_for_one_and_for_fifty(as_ada, cold, asked, deed, rows):
    for number in range(rows):
        deed("ada", delete, asked(title=f"ticket {number}"))
    browser = cold(as_ada)

    with counted_statements() as statements:
        page = browser.get("/agent/bin")

    assert len(titles(page)) == rows
    assert len(statements) == 7  # role, session, presence, switch, rows, counts, alarms


def test_every_word_is_translated(pseudo, as_ada, number, asked, deed):
    deed("ada", delete, asked())

    assert untranslated(as_ada.get("/agent/bin").html) == []
    assert untranslated(as_ada.get(f"/agent/tickets/{number}/deletion/new").html) == []
