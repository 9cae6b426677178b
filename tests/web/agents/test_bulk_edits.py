"""The bar for many tickets: at once for what was ticked, after a look for all that match or a deletion."""

import re
from uuid import uuid4

import pytest

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import change_status, change_tags, delete, move_to_team, resolve
from helpdesk.web.agents import bulk_selection, list_page, list_rows
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import first_line

PATH = "/agent/bulk-edits"


@pytest.fixture
def five(asked):
    return [asked(title=f"ticket {number}") for number in range(5)]


def do(browser, deed, numbers=(), *, follow=True, slug="open", **more):
    return browser.post(PATH, {"in": slug, "number": list(numbers), "deed": deed, **more}, follow=follow)


def hidden(page):
    """The hidden fields of the form of the bulk deed, and the deed of its button."""
    form = re.search(rf'(?s)<form method="post" action="{PATH}".*?</form>', page.html).group()
    fields = {}
    for name, value in re.findall(r'name="([\w-]+)"[^>]* value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    return fields


class TestTheBar:
    def test_stands_under_a_list_with_tickets(self, as_ana, number):
        page = as_ana.get("/agent/queues/open")

        assert f'name="number" value="{number}" form="bulk"' in page.html
        assert '<form class="bulk" id="bulk"' in page.html
        assert "Delete" not in page.text, "agents may not"
        assert 'value="delete"' not in page.html

    def test_does_not_stand_under_an_empty_one(self, as_ana):
        assert 'id="bulk"' not in as_ana.get("/agent/queues/open").html

    def test_is_not_for_who_may_only_read(self, as_ben, number, permitted):
        permitted("ben", Permission.SEE_EVERY_TICKET)

        page = as_ben.get("/agent/queues/open")

        assert number in page.text
        assert "bulk" not in page.html
        assert "data-picks-all" not in page.html

    def test_offers_all_that_match_where_there_are_more_than_the_page_shows(
        self, as_ana, five, deed, monkeypatch
    ):
        for number in five[:3]:
            deed("ana", change_tags, number, add=["vip"])
        assert 'name="all"' not in as_ana.get("/agent/queues/open").html

        monkeypatch.setattr(list_rows, "PAGE_SIZE", 2)

        assert "Select all 5 Only those ticked" in as_ana.get("/agent/queues/open").text
        assert "Select all 3 Only those ticked" in as_ana.get("/agent/queues/open?q=tag:vip").text
        assert 'name="all"' in as_ana.get("/agent/search?q=ticket").html

    def test_names_many_agents_in_a_select(self, as_ana, number, monkeypatch):
        offered = list_page.offered
        people = [(f"p{each}@desk.example", f"Person {each}") for each in range(31)]
        monkeypatch.setattr(list_page, "offered", lambda row: {**offered(row), "assignee": people})

        page = as_ana.get("/agent/queues/open")

        assert 'name="deed" value="assignee"' in page.html
        assert page.html.count('value="p30@desk.example"') == 2, "in the filter and in the bar"

    def test_deletes_for_who_may(self, as_ada, number):
        assert 'value="delete"' in as_ada.get("/agent/queues/open").html

    def test_every_word_of_it_is_translated(self, pseudo, as_ada, number):
        assert untranslated(as_ada.get("/agent/queues/open").html) == []


class TestASelection:
    @pytest.mark.parametrize(
        "deed, column, value, said",
        [
            ("status:resolved", Ticket.status, TicketStatus.RESOLVED, "2 tickets are now “Resolved”."),
            (
                "priority:high",
                Ticket.priority,
                TicketPriority.HIGH,
                "2 tickets now have the priority “High”.",
            ),
        ],
    )
    def test_changes_at_once(self, as_ana, five, facts, deed, column, value, said):
        page = do(as_ana, deed, five[:2])

        assert said in page.text
        assert [facts(number, column) == value for number in five] == [True, True, False, False, False]

    def test_is_assigned(self, as_ana, five, facts, person_id):
        assert "2 tickets assigned to Ben Brown." in do(as_ana, "assignee:ben@desk.example", five[:2]).text
        assert "1 ticket assigned to Ana Agent." in do(as_ana, "assignee:me", five[2:3]).text
        assert "1 ticket assigned to nobody." in do(as_ana, "assignee:", five[:1]).text

        ids = [facts(number, Ticket.assignee_id) for number in five]
        assert ids == [None, int(person_id("ben")), int(person_id("ana")), None, None]

    def test_is_assigned_by_a_select_where_there_are_many_agents(self, as_ana, five):
        page = do(as_ana, "assignee", five[:1], assignee="ben@desk.example")

        assert "1 ticket assigned to Ben Brown." in page.text

    def test_moves_to_a_team(self, as_ana, five, facts, team_id):
        assert "2 tickets moved to First line." in do(as_ana, "team:first LINE", five[:2]).text
        assert "1 ticket moved to no team." in do(as_ana, "team:", five[:1]).text

        assert [facts(number, Ticket.team_id) for number in five[:2]] == [None, int(team_id)]

    def test_gets_and_loses_a_tag(self, as_ana, five, deed, facts):
        deed("ana", change_tags, five[0], add=["vip"])

        added = do(as_ana, "add_tag", five[:3], tag="VIP")
        removed = do(as_ana, "remove_tag", five[:3], tag="vip")

        assert "2 tickets now have the tag “vip”. 1 had it already." in added.text
        assert "The tag “vip” is off 3 tickets." in removed.text

    def test_says_who_was_so_already_and_names_who_refused(self, as_ana, five, deed):
        deed("ana", resolve, five[0])
        deed("ana", change_status, five[1], to=TicketStatus.CLOSED)

        page = do(as_ana, "status:resolved", five[:4])

        assert (
            f"2 tickets are now “Resolved”. 1 was so already. 1 was left as it is: This ticket is closed."
            f" Reopen it first; then its status can change. {five[1]}" in page.text
        )
        assert f'href="/agent/tickets/{five[1]}"' in page.html

    def test_of_nothing_is_told_so(self, as_ana, five):
        assert "Tick tickets first" in do(as_ana, "status:resolved").text

    def test_leads_back_to_where_it_came_from(self, as_ana, five):
        answer = do(
            as_ana, "priority:low", five[:1], follow=False, slug="mine", q="tag:vip", sort="-due", after="abc"
        )

        assert answer.status == 303
        assert answer.location == "/agent/queues/mine?q=tag:vip&sort=-due&after=abc"

    def test_of_a_search_leads_back_to_the_search(self, as_ana, five):
        answer = do(as_ana, "priority:low", five[:1], follow=False, slug="search", q="ticket")

        assert answer.location == "/agent/search?q=ticket"
        assert "1 ticket now has the priority “Low”." in as_ana.get(answer.location).text

    def test_fifty_that_refused_are_all_told(self, as_ana, asked, deed):
        numbers = [asked(title=f"ticket {place}") for place in range(50)]
        do(as_ana, "status:closed", numbers)

        page = do(as_ana, "status:resolved", numbers)

        assert "No ticket was changed. 50 were left as they are:" in page.text
        assert all(f">{number}</bdi></a>" in page.html for number in numbers)

    def test_sent_twice_happens_once(self, as_ana, five, facts):
        key = str(uuid4())
        do(as_ana, "status:resolved", five[:1], submission_key=key)
        do(as_ana, "status:open", five[:1])

        do(as_ana, "status:resolved", five[:1], submission_key=key)

        assert facts(five[0], Ticket.status) is TicketStatus.OPEN

    def test_of_foreign_tickets_is_as_if_they_did_not_exist(self, as_ben, five, facts, permitted, deed):
        deed("ada", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), five[0])
        permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.CHANGE_TICKETS)

        page = do(as_ben, "priority:urgent", [five[0], five[1], "HD-999999", "%00", "x' or 1=1"])
        nothing = do(as_ben, "priority:urgent", [five[1]])
        missing = do(as_ben, "priority:urgent", ["HD-999999"])

        assert "1 ticket now has the priority “Urgent”." in page.text
        assert facts(five[1], Ticket.priority) is TicketPriority.MEDIUM
        assert "No ticket was changed." in nothing.text
        assert nothing.text == missing.text

    @pytest.mark.parametrize(
        "deed",
        [
            "explode",
            "status:gone",
            "priority:",
            "assignee:nobody@desk.example",
            "assignee:not an address",
            "team:Nowhere",
            "status",
        ],
    )
    def test_a_deed_that_is_none_changes_nothing(self, as_ana, five, deed):
        page = do(as_ana, deed, five)

        assert page.status == 422
        assert "Back to the list" in page.text

    def test_a_customer_gets_no_tickets(self, as_ana, five, facts):
        page = do(as_ana, "assignee:carl@customer.example", five)

        assert page.status == 422
        assert "is gone" in page.text
        assert facts(five[0], Ticket.assignee_id) is None

    def test_a_bad_tag_keeps_what_was_typed_and_the_selection(self, as_ana, five, facts):
        page = do(as_ana, "add_tag", five[:2], tag="<b>,")
        fields = hidden(page)
        again = as_ana.post(PATH, {**fields, "tag": "fine", "deed": "add_tag"}, follow=True)

        assert page.status == 422
        assert 'value="&lt;b&gt;,"' in page.html
        assert fields["number"] == five[:2]
        assert "2 tickets now have the tag “fine”." in again.text

    def test_enter_does_nothing_or_adds_the_tag_that_was_typed(self, as_ana, five):
        assert "Nothing was done. Choose in the bar" in do(as_ana, "", five, tag=" ").text
        assert "5 tickets now have the tag “vip”." in do(as_ana, "", five, tag="vip").text

    @pytest.mark.parametrize("slug", ["", "nowhere", "../x"])
    def test_a_list_that_is_none_is_not_found(self, as_ana, five, slug):
        assert do(as_ana, "priority:low", five, slug=slug).status == 404

    def test_each_change_is_in_the_trail(self, as_ana, five, acting):
        do(as_ana, "priority:high", five[:3])

        with acting("ada"):
            rows = (
                db.session.query(AuditLog)
                .where(AuditLog.ticket_id.is_not(None))
                .order_by(AuditLog.id.desc())
                .limit(3)
            )
            assert [row.changes for row in rows] == [{"priority": ["medium", "high"]}] * 3


class TestRights:
    @pytest.mark.parametrize("deed", ["status:resolved", "assignee:me", "add_tag:x", "priority:low", "team:"])
    def test_who_may_not_change_is_refused(self, as_ben, five, permitted, deed):
        permitted("ben", Permission.SEE_EVERY_TICKET, Permission.DELETE_TICKETS)

        assert do(as_ben, deed, five).status == 403
        assert as_ben.get(f"{PATH}/new?in=open&all=1&deed=priority&value=low").status == 403

    @pytest.mark.parametrize("deed", ["delete", "restore"])
    def test_who_may_not_delete_is_refused(self, as_ana, five, deed):
        assert do(as_ana, deed, five, confirms="5").status == 403

    def test_customers_and_strangers_come_nowhere(self, as_carl, as_nobody, five):
        assert do(as_carl, "status:resolved", five, follow=False).location == "/portal/tickets"
        assert "/login" in do(as_nobody, "status:resolved", five, follow=False).location


class TestALookFirst:
    def test_deleting_is_shown_before_it_is_done(self, as_ada, five, facts):
        page = do(as_ada, "delete", five[:3])

        assert "Delete 3 tickets?" in page.text
        assert all(number in page.text for number in five[:3])
        assert facts(five[0], Ticket.deleted_at) is None
        done = as_ada.post(PATH, hidden(page), follow=True)
        assert "3 tickets are in the bin." in done.text
        assert [facts(number, Ticket.deleted_at) is None for number in five] == [False] * 3 + [True] * 2

    def test_all_that_match_are_shown_before_they_change(self, as_ana, five, deed, facts):
        deed("ana", change_tags, five[0], add=["vip"])
        deed("ana", change_tags, five[1], add=["vip"])

        page = do(as_ana, "priority:urgent", [five[4]], all="1", q="tag:vip")

        assert "Set 2 tickets to priority “Urgent”?" in page.text
        assert "2 tickets match. tag:vip" in page.text
        assert facts(five[0], Ticket.priority) is TicketPriority.MEDIUM
        done = as_ana.post(PATH, hidden(page), follow=False)
        assert done.location == "/agent/queues/open?q=tag:vip"
        assert [facts(number, Ticket.priority) for number in five].count(TicketPriority.URGENT) == 2

    def test_it_says_what_stays_as_it_is(self, as_ana, five, deed):
        deed("ana", change_status, five[0], to=TicketStatus.CLOSED)
        deed("ana", resolve, five[1])

        page = as_ana.get(f"{PATH}/new?in=everything&all=1&deed=status&value=resolved")

        assert "Set 3 tickets to “Resolved”?" in page.text
        assert "5 tickets match. 1 was so already. 1 stays as it is: This ticket is closed." in page.text

    def test_what_changes_nothing_has_no_button(self, as_ana, five):
        page = as_ana.get(f"{PATH}/new?in=open&all=1&deed=priority&value=medium")

        assert "This would change no ticket" in page.text
        assert 'name="deed"' not in page.html

    def test_more_tickets_than_were_shown_are_shown_again(self, as_ana, five, deed, facts):
        for number in five[1:3]:
            deed("ana", change_tags, number, add=["vip"])
        page = do(as_ana, "priority:urgent", all="1", q="tag:vip")
        deed("ana", change_tags, five[0], add=["vip"])

        again = as_ana.post(PATH, hidden(page), follow=True)

        assert again.status == 409
        assert "Meanwhile more tickets match" in again.text
        assert facts(five[1], Ticket.priority) is TicketPriority.MEDIUM
        assert "3 tickets now have" in as_ana.post(PATH, hidden(again), follow=True).text

    def test_tickets_that_came_after_the_look_are_left_alone(self, as_ana, five, asked, facts):
        page = do(as_ana, "priority:urgent", all="1")
        later = asked(title="later")

        done = as_ana.post(PATH, hidden(page), follow=True)

        assert "5 tickets now have the priority “Urgent”." in done.text
        assert facts(later, Ticket.priority) is TicketPriority.MEDIUM

    def test_a_look_that_was_forged_away_is_taken(self, as_ada, five, facts):
        assert do(as_ada, "delete", five, confirms="x").status == 400
        assert do(as_ada, "delete", five, confirms="2").status == 409
        assert facts(five[0], Ticket.deleted_at) is None

    def test_too_many_are_refused(self, as_ana, five, monkeypatch):
        monkeypatch.setattr(bulk_selection, "MOST_AT_ONCE", 4)

        page = do(as_ana, "priority:low", all="1")

        assert page.status == 422
        assert "Narrow the list with a filter" in page.text

    def test_a_filter_nobody_understands_is_told(self, as_ana, five):
        assert do(as_ana, "priority:low", all="1", q="colour:red").status in (400, 422)

    @pytest.mark.parametrize("path", ["", "deed=delete", "in=open&deed=boom", "in=open&all=1&deed=status"])
    def test_an_address_that_means_nothing(self, as_ada, path):
        assert as_ada.get(f"{PATH}/new?{path}").status in (404, 422)

    def test_every_word_is_translated(self, pseudo, as_ada, five, deed):
        deed("ana", change_status, five[0], to=TicketStatus.CLOSED)

        for address in (
            "in=everything&all=1&deed=status&value=resolved",
            f"in=open&number={five[1]}&deed=delete",
            "in=open&all=1&deed=priority&value=medium",
        ):
            assert untranslated(as_ada.get(f"{PATH}/new?{address}").html) == []
        for name in ("status:resolved", "assignee:", "team:", "priority:low", "explode", "add_tag"):
            assert untranslated(do(as_ada, name, five, slug="everything").html) == []


class TestTheBin:
    @pytest.fixture(autouse=True)
    def deleted(self, five, deed):
        for number in five[:3]:
            deed("ada", delete, number)

    def test_some_come_back(self, as_ada, five, facts):
        page = do(as_ada, "restore", five[:2], slug="bin")

        assert "2 tickets are back, as they were." in page.text
        assert [facts(number, Ticket.deleted_at) is None for number in five] == [
            True,
            True,
            False,
            True,
            True,
        ]

    def test_all_come_back_after_a_look(self, as_ada, five, facts):
        page = do(as_ada, "restore", slug="bin", all="1")

        assert "Restore 3 tickets?" in page.text
        as_ada.post(PATH, hidden(page))
        assert all(facts(number, Ticket.deleted_at) is None for number in five)

    def test_its_tickets_cannot_be_changed_from_elsewhere(self, as_ada, five, facts):
        assert "No ticket was changed." in do(as_ada, "priority:low", five[:1]).text
        assert facts(five[0], Ticket.priority) is TicketPriority.MEDIUM


@pytest.mark.parametrize("count", [1, 50])
def test_a_deed_costs_the_same_for_one_ticket_and_for_fifty(as_ana, cold, asked, count):
    numbers = [asked(title=f"ticket {number}") for number in range(count)]
    browser = cold(as_ana)

    with counted_statements() as statements:
        do(browser, "status:resolved", numbers, follow=False)

    assert len(statements) <= 13, "one of them keeps the edit"
