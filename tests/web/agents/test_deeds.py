"""The buttons of the ticket page: take, resolve, close, reopen, watch, tag; each one's effect, and what refuses it."""

import re

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket, TicketStatus, ticket_watchers
from helpdesk.tickets.operations import change_status, change_tags, resolve, watch

OPEN, IN_PROGRESS, WAITING, RESOLVED, CLOSED = TicketStatus


def buttons(page, number):
    """The deeds the page offers for this ticket."""
    return set(re.findall(rf'action="/agent/tickets/{number}/(\w+)"', page.html)) - {
        "replies",
        "notes",
        "properties",
    }


def tags(page):
    return re.findall(r'name="remove" value="([^"]+)"', page.html)


@pytest.fixture
def watchers(acting):
    def read():
        with acting("ada"):
            return len(db.session.execute(select(ticket_watchers)).all())

    return read


def test_taking_a_ticket_puts_it_in_progress_with_me(as_ana, number, facts, person_id):
    sent = as_ana.post(f"/agent/tickets/{number}/assignment")

    assert (sent.status, sent.location) == (303, f"/agent/tickets/{number}")
    assert facts(number, Ticket.assignee_id, Ticket.status) == (int(person_id("ana")), IN_PROGRESS)
    assert "assignment" not in buttons(as_ana.get(sent.location), number)


@pytest.mark.parametrize(
    "noun, before, after",
    [
        ("resolution", OPEN, RESOLVED),
        ("closure", RESOLVED, CLOSED),
        ("reopening", RESOLVED, OPEN),
        ("reopening", CLOSED, OPEN),
    ],
)
def test_a_ticket_is_settled_and_taken_up_again(as_ana, number, deed, facts, noun, before, after):
    if before is not OPEN:
        deed("ben", change_status, number, to=before)

    sent = as_ana.post(f"/agent/tickets/{number}/{noun}")

    assert sent.status == 303
    assert facts(number, Ticket.status) is after


@pytest.mark.parametrize(
    "status, offered",
    [
        (OPEN, {"assignment", "resolution"}),
        (WAITING, {"assignment", "resolution"}),
        (RESOLVED, {"closure", "reopening"}),
        (CLOSED, {"reopening"}),
    ],
)
def test_only_what_can_be_done_now_is_offered(as_ana, number, deed, status, offered):
    if status is not OPEN:
        deed("ben", change_status, number, to=status)

    assert buttons(as_ana.get(f"/agent/tickets/{number}"), number) == offered | {
        *("draft", "spam", "tags", "watching"),
    }


def test_what_became_impossible_meanwhile_is_said_on_the_page(as_ana, number, deed, facts):
    deed("ben", change_status, number, to=CLOSED)

    page = as_ana.post(f"/agent/tickets/{number}/resolution", {"content": "Dear Carl"})

    assert page.status == 409
    assert "This ticket is closed. Reopen it first" in page.text
    assert "Dear Carl</textarea>" in page.html
    assert facts(number, Ticket.status) is CLOSED


def test_watching_begins_and_ends_once(as_ana, number, watchers):
    for _again in range(2):
        assert as_ana.post(f"/agent/tickets/{number}/watching", {"is_watching": "yes"}).status == 303
    assert "Stop watching" in as_ana.get(f"/agent/tickets/{number}").text
    assert watchers() == 1

    for _again in range(2):
        assert as_ana.post(f"/agent/tickets/{number}/watching", {"is_watching": "no"}).status == 303
    assert "Stop watching" not in as_ana.get(f"/agent/tickets/{number}").text
    assert watchers() == 0


def test_others_go_on_watching(as_ana, number, deed, watchers):
    deed("ben", watch, number)
    as_ana.post(f"/agent/tickets/{number}/watching", {"is_watching": "yes"})
    as_ana.post(f"/agent/tickets/{number}/watching", {"is_watching": "no"})

    assert watchers() == 1


class TestTags:
    def test_several_are_added_at_once_and_one_taken_off(self, as_ana, number):
        as_ana.post(f"/agent/tickets/{number}/tags", {"add": "Fire, smoke alarm,, fire ,"})
        assert tags(as_ana.get(f"/agent/tickets/{number}")) == ["fire", "smoke-alarm"]

        as_ana.post(f"/agent/tickets/{number}/tags", {"remove": "fire"})
        assert tags(as_ana.get(f"/agent/tickets/{number}")) == ["smoke-alarm"]

    def test_what_others_added_meanwhile_stays(self, as_ana, number, deed):
        as_ana.get(f"/agent/tickets/{number}")
        deed("ben", change_tags, number, add=["ben"])

        as_ana.post(f"/agent/tickets/{number}/tags", {"add": "ana"})

        assert tags(as_ana.get(f"/agent/tickets/{number}")) == ["ana", "ben"]

    def test_what_cannot_be_a_tag_is_said_and_nothing_added(self, as_ana, number):
        page = as_ana.post(
            f"/agent/tickets/{number}/tags", {"add": f"fine, {'x' * 41}", "content": "Dear Carl"}
        )

        assert page.status == 422
        assert "cannot be a tag" in page.text
        assert "Dear Carl</textarea>" in page.html
        assert tags(page) == []

    def test_nothing_to_add_changes_nothing(self, as_ana, number):
        assert as_ana.post(f"/agent/tickets/{number}/tags", {"add": " , "}).status == 303
        assert tags(as_ana.get(f"/agent/tickets/{number}")) == []

    def test_colours_become_tones(self, as_ana, number, deed, acting):
        from helpdesk.tickets.models import Tag

        with acting("ada"):
            db.session.add(Tag(name="fire", color="#d23b2f"))
        deed("ben", change_tags, number, add=["fire"])

        assert 'class="tag tone-red large"' in as_ana.get(f"/agent/tickets/{number}").html
        assert 'class="tag tone-red"' in as_ana.get("/agent/queues/open").html

    def test_a_row_shows_two_tags_and_how_many_more(self, as_ana, number, deed):
        deed("ben", change_tags, number, add=["a-tag", "b-tag", "c-tag", "d-tag"])

        assert "a-tag b-tag +2" in as_ana.get("/agent/queues/open").text


def test_a_forged_form_is_refused(as_ana, number, deed, facts):
    deed("ben", resolve, number)

    refused = as_ana.client.post(f"/agent/tickets/{number}/reopening", data={})

    assert refused.status_code == 400
    assert facts(number, Ticket.status) is RESOLVED
