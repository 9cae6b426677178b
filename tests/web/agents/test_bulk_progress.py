"""The pages of bulk edits: how far one is, what refused, the way back, and the list of one's own."""

import re

import pytest

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.tickets.bulk import editing
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import change_status
from tests.support.readable import untranslated

PATH = "/agent/bulk-edits"


@pytest.fixture
def five(asked):
    return [asked(title=f"ticket {number}") for number in range(5)]


@pytest.fixture
def in_pieces(monkeypatch):
    monkeypatch.setattr(editing, "AT_ONCE", 1)
    monkeypatch.setattr(editing, "PIECE", 2)


def do(browser, deed, numbers=(), *, follow=True, **more):
    return browser.post(PATH, {"in": "open", "number": list(numbers), "deed": deed, **more}, follow=follow)


def undo_in(page):
    """The address of the button that takes back what was just done."""
    found = re.search(rf'action="({PATH}/[\w-]+/reversal)"', page.html)
    return found and found.group(1)


def priorities(facts, numbers):
    return [facts(number, Ticket.priority) for number in numbers]


class TestUndo:
    def test_stands_in_the_toast_and_leads_back_to_the_list(self, as_ana, five, facts):
        page = do(as_ana, "priority:high", five[:3])

        done = as_ana.post(undo_in(page), {"to": "list"}, follow=False)

        assert done.location == "/agent/queues/open"
        assert "3 tickets are as they were before." in as_ana.get(done.location).text
        assert priorities(facts, five) == [TicketPriority.MEDIUM] * 5

    def test_names_what_stays_as_it_is(self, as_ana, five, deed, facts):
        page = do(as_ana, "status:resolved", five)
        deed("ben", change_status, five[0], to=TicketStatus.CLOSED)

        done = as_ana.post(undo_in(page), {"to": "list"}, follow=True)

        assert (
            "4 tickets are as they were before. 1 was left as it is: Its status has changed since."
            in done.text
        )
        assert facts(five[0], Ticket.status) is TicketStatus.CLOSED

    def test_stands_where_some_refused_as_well(self, as_ana, five, deed):
        deed("ana", change_status, five[0], to=TicketStatus.CLOSED)

        assert undo_in(do(as_ana, "status:resolved", five))

    def test_is_refused_a_second_time(self, as_ana, five):
        address = undo_in(do(as_ana, "priority:high", five))
        as_ana.post(address)

        again = as_ana.post(address)

        assert again.status == 409
        assert "any more" in again.text or "undone already" in again.text

    def test_is_not_offered_for_what_changed_nothing(self, as_ana, five):
        assert undo_in(do(as_ana, "priority:medium", five)) is None

    def test_of_somebody_else_is_not_found(self, as_ana, as_ben, five, facts):
        address = undo_in(do(as_ana, "priority:high", five))

        assert as_ben.post(address).status == 404
        assert as_ben.get(address.removesuffix("/reversal")).status == 404
        assert priorities(facts, five) == [TicketPriority.HIGH] * 5


class TestMany:
    def test_go_on_in_the_background(self, app, as_ana, five, facts, in_pieces):
        answer = do(as_ana, "priority:high", five, follow=False)
        waiting = as_ana.get(answer.location)

        assert answer.location.startswith(f"{PATH}/")
        assert "Set 5 tickets to priority “High”" in waiting.text
        assert "0 of 5 gone through" in waiting.text
        assert f'hx-get="{answer.location}"' in waiting.html
        assert "it goes on in the background" in as_ana.get("/agent/queues/open").text

        run_waiting_jobs(app)
        done = as_ana.get(answer.location)

        assert "hx-get" not in done.html.partition('id="edit"')[2].partition("</section>")[0]
        assert priorities(facts, five) == [TicketPriority.HIGH] * 5
        assert "it goes on in the background" not in as_ana.get("/agent/queues/open").text

    def test_can_be_stopped(self, app, as_ana, five, facts, in_pieces):
        address = do(as_ana, "priority:high", five, follow=False).location

        stopped = as_ana.post(f"{address}/cancellation", follow=True)
        run_waiting_jobs(app)

        assert "Stopped. The rest stays as it is." in stopped.text
        assert "Cancelled" in stopped.text
        assert priorities(facts, five) == [TicketPriority.MEDIUM] * 5
        assert as_ana.post(f"{address}/cancellation").status == 409

    def test_are_taken_back_in_the_background_as_well(self, app, as_ana, five, facts, in_pieces):
        address = do(as_ana, "priority:high", five, follow=False).location
        run_waiting_jobs(app)

        undoing = as_ana.post(f"{address}/reversal", follow=False).location
        assert "Undo: Set 5 tickets to priority “High”" in as_ana.get(undoing).text
        run_waiting_jobs(app)

        assert "Done" in as_ana.get(undoing).text
        assert "Undone" in as_ana.get(address).text
        assert priorities(facts, five) == [TicketPriority.MEDIUM] * 5

    def test_name_those_that_refused(self, app, as_ana, five, deed, in_pieces):
        deed("ana", change_status, five[0], to=TicketStatus.CLOSED)
        address = do(as_ana, "status:resolved", five, follow=False).location
        run_waiting_jobs(app)

        page = as_ana.get(address)

        assert "1 was left as it is: This ticket is closed." in page.text
        assert f'href="/agent/tickets/{five[0]}"' in page.html

    def test_are_announced_before(self, as_ana, five, monkeypatch):
        monkeypatch.setattr(editing, "AT_ONCE", 1)

        page = as_ana.get(f"{PATH}/new?in=open&all=1&deed=priority&value=high")

        assert "It goes on in the background" in page.text


class TestLetters:
    @pytest.mark.parametrize(
        "deed, value, said",
        [
            ("assignee", "ben@desk.example", "5 letters leave, to Ben Brown"),
            ("assignee", "me", "Nobody is mailed."),
            ("status", "resolved", "Nobody is mailed."),
        ],
    )
    def test_are_told_before(self, as_ana, five, deed, value, said):
        page = as_ana.get(f"{PATH}/new?in=open&all=1&deed={deed}&value={value}")

        assert said in page.text

    def test_are_few_for_very_many_tickets(self, as_ana, asked):
        for place in range(6):
            asked(title=f"ticket {place}")

        page = as_ana.get(f"{PATH}/new?in=open&all=1&deed=assignee&value=ben@desk.example")

        assert "5 letters leave, to Ben Brown : of so many tickets only the first" in re.sub(
            r"\s*:", " :", page.text
        )


def test_the_list_shows_ones_own_with_the_way_back(as_ana, as_ben, five):
    assert "No bulk edits lately" in as_ana.get(PATH).text
    do(as_ana, "assignee:ben@desk.example", five)

    page = as_ana.get(PATH)

    assert "Assign 5 tickets to Ben Brown" in page.text
    assert undo_in(page)
    assert "No bulk edits lately" in as_ben.get(PATH).text


def test_every_word_is_translated(pseudo, app, as_ana, five, deed, in_pieces):
    deed("ana", change_status, five[0], to=TicketStatus.CLOSED)
    address = do(as_ana, "status:resolved", five, follow=False).location
    assert untranslated(as_ana.get(address).html) == []
    assert untranslated(as_ana.get("/agent/queues/open").html) == []
    run_waiting_jobs(app)

    for path in (address, PATH):
        assert untranslated(as_ana.get(path).html) == []
