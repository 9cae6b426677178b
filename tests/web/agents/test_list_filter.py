"""Narrowing and sorting a list: one query in the address, whichever part of the form wrote it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from helpdesk.core import clock
from helpdesk.queues import tagged
from helpdesk.queues.catalogue import OF_EVERYTHING
from helpdesk.queues.sorting import ALL_SORTS
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.tickets.operations import change_status, change_tags, note, set_priority, take
from helpdesk.web.agents import list_rows
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import first_line, ticket_numbered
from tests.web.agents.test_queues import CEILING, leads, titles


def query_of(page):
    """Where the filter's form led."""
    assert page.status == 303
    return parse_qs(urlsplit(page.location).query)


def chips(page):
    return [
        (unescape(re.sub(r"<[^>]+>", "", words)), unescape(url))
        for words, url in re.findall(r'<span class="term">(.*?)<a href="([^"]+)"', page.html)
    ]


def field(page, name):
    """What stands in a field of the filter's form."""
    form = page.html.partition('<form class="toolbar"')[2].partition("</form>")[0]
    if chosen := re.search(rf'(?s)<select[^>]* name="{name}">(.*?)</select>', form):
        option = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', chosen.group(1))
        return (option.group(1) or option.group(2)) if option else ""
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', form).group(1))


class TestForm:
    def test_selects_and_words_become_one_query(self, as_ana):
        page = as_ana.get(
            "/agent/queues/open",
            query_string={
                "q": "-tag:spam", "status": "open", "priority": "", "assignee": "ana@desk.example",
                "created": ">7d", "is": "unread", "typed": " printer  fire ", "sort": "-due",
            },
        )  # fmt: skip

        assert query_of(page) == {
            "q": ['-tag:spam status:"open" is:"unread" assignee:"ana@desk.example" created>7d printer  fire'],
            "sort": ["-due"],
        }

    def test_an_emptied_form_leads_to_the_whole_list(self, as_ana):
        page = as_ana.get("/agent/queues/open?typed=&status=&org=")

        assert page.location == "/agent/queues/open"

    def test_what_a_select_can_show_stands_there_and_the_rest_is_kept(self, as_ana, deed, asked):
        deed("ana", change_tags, asked(), add=["vip"])

        page = as_ana.get(
            "/agent/queues/open",
            query_string={"q": 'status:open tag:VIP,old -team:mine created>7d org:"Customer Inc" on fire'},
        )

        assert {name: field(page, name) for name in ("status", "tag", "team", "created", "org")} == {
            "status": "open", "tag": "", "team": "", "created": "&gt;7d", "org": "Customer Inc",
        }  # fmt: skip
        assert field(page, "q") == "tag:VIP,old -team:mine"
        assert field(page, "typed") == "on fire"

    def test_each_term_can_be_taken_off(self, as_ana, number):
        page = as_ana.get("/agent/queues/open?q=status:open,closed+-tag:spam+created<2d+assignee:nobody+fire")

        assert [words for words, _ in chips(page)] == [
            "Status:Open, Closed",
            "Not Tag:spam",
            "Age:less than 2 days ago",
            "Assignee:Nobody",
        ]
        assert parse_qs(urlsplit(chips(page)[1][1]).query)["q"] == [
            "status:open,closed created<2d assignee:nobody fire"
        ]

    def test_a_word_that_cannot_be_meant_is_named_at_the_field_and_the_list_stays(self, as_ana, asked, deed):
        asked(title="free")
        deed("ana", take, asked(title="taken"))

        page = as_ana.get("/agent/queues/open?q=assignee:me+statsu:open")

        assert page.status == 422
        assert "There is nothing called “statsu:”. Did you mean “status:”?" in page.text
        assert titles(page) == ["taken"]
        assert field(page, "typed") == "assignee:me statsu:open"
        assert field(page, "assignee") == ""

    def test_the_word_is_marked_where_it_stands_and_what_was_meant_is_a_link(self, as_ana):
        page = as_ana.get("/agent/queues/open", query_string={"q": '<b> statsu:open "fire"', "sort": "-due"})

        assert '<code dir="auto">&lt;b&gt; <mark>statsu:</mark>open &#34;fire&#34;</code>' in page.html
        meant = re.search(r'<a class="link" href="([^"]*)" dir="auto">&lt;b&gt; status:open', page.html)
        assert parse_qs(urlsplit(unescape(meant.group(1))).query) == {
            "q": ['<b> status:open "fire"'], "sort": ["-due"],
        }  # fmt: skip

    def test_a_bracket_that_is_never_closed_is_marked_and_nothing_is_proposed(self, as_ana):
        page = as_ana.get("/agent/queues/open", query_string={"q": "status:open (fire"})

        assert page.status == 422
        assert "<mark>(</mark>fire" in page.html
        assert '<a class="link" href="/agent/queues/open?q=status' not in page.html

    def test_alternatives_stand_in_the_text_field_and_stay_together(self, as_ana, asked):
        for title in ("fire", "water", "coffee"):
            asked(title=title)

        page = as_ana.get("/agent/queues/open", query_string={"q": "team:none (fire OR water) -(coffee tea)"})
        sent = as_ana.get("/agent/queues/open", query_string={"q": "team:none", "typed": "fire OR coffee"})

        assert sorted(titles(page)) == ["fire", "water"]
        assert [words for words, _ in chips(page)] == ["Team:None"]
        assert field(page, "typed") == "(fire OR water) -(coffee tea)"
        assert query_of(sent) == {"q": ["team:none (fire OR coffee)"]}
        assert sorted(titles(as_ana.get(sent.location))) == ["coffee", "fire"]

    def test_what_was_typed_is_shown_as_text(self, as_ana):
        page = as_ana.get("/agent/queues/open", query_string={"q": '<script>x</script> tag:"<b>"'})

        assert page.status == 200
        assert "<script>x" not in page.html
        assert '<b>"' not in page.html

    def test_a_row_of_a_narrowed_list_leads_to_its_ticket_as_part_of_it(self, as_ana, asked):
        number = asked(title="fire")

        page = as_ana.get("/agent/queues/open?q=fire&sort=-number")

        assert f"/agent/tickets/{number}?in=open&amp;q=fire&amp;sort=-number" in page.html

    @pytest.mark.parametrize("rows", [1, 50])
    def test_it_costs_no_more_than_the_whole_list(self, as_ana, cold, asked, rows):
        for number in range(rows):
            asked(title=f"fire {number}")
        browser = cold(as_ana)

        with counted_statements() as statements:
            page = browser.get("/agent/queues/open?q=status:open+team:none+requester:carl+on+fire")

        assert len(titles(page)) in (0, rows)
        assert len(statements) <= CEILING

    @pytest.mark.parametrize("few, many, count", [(100, 100, "5"), (0, 100, "5"), (0, 4, "5+")])
    def test_all_with_a_tag_come_page_by_page_with_their_number(
        self, as_ana, cold, asked, deed, monkeypatch, few, many, count
    ):
        monkeypatch.setattr(tagged, "FEW", few)
        monkeypatch.setattr(tagged, "MANY", many)
        monkeypatch.setattr(list_rows, "PAGE_SIZE", 2)
        for number in range(6):
            deed("ana", change_tags, asked(title=f"fire {number}"), add=["vip"] if number else ["spam"])
        browser = cold(as_ana)

        with counted_statements() as statements:
            first = browser.get("/agent/queues/everything?q=tag:vip&sort=number")
        second = as_ana.get(leads(first.html, "after"))
        third = as_ana.get(leads(second.html, "after"))

        assert len(statements) <= CEILING
        assert [titles(page) for page in (first, second, third)] == [
            ["fire 5", "fire 4"], ["fire 3", "fire 2"], ["fire 1"],
        ]  # fmt: skip
        assert all(f'<span class="count">{count}</span>' in page.html for page in (first, second, third))

    def test_every_word_is_translated(self, pseudo, as_ana, asked):
        asked()

        assert untranslated(as_ana.get("/agent/queues/everything?q=status:open+created>1d").html) == []
        assert untranslated(as_ana.get("/agent/queues/everything?q=status:open+-is:unread+xyz").html) == []


class TestSorts:
    @pytest.fixture
    def desk(self, asked, deed):
        """Four tickets that every order puts otherwise."""
        now = clock.now()
        for title, person, priority, status, hours in (
            ("first", "olga", TicketPriority.HIGH, TicketStatus.WAITING_ON_CUSTOMER, 5),
            ("second", "carl", TicketPriority.LOW, TicketStatus.IN_PROGRESS, 3),
            ("third", "cora", TicketPriority.URGENT, TicketStatus.OPEN, 9),
            ("fourth", "carl", TicketPriority.MEDIUM, TicketStatus.OPEN, 1),
        ):
            number = asked(person, title, due_at=now + timedelta(hours=hours))
            deed("ana", set_priority, number, to=priority)
            if status is not TicketStatus.OPEN:
                deed("ben" if title == "first" else "ana", take, number)
                deed("ana", change_status, number, to=status)
            if title == "second":
                last = number
        deed("ana", note, last, content="Last of all.")

    ORDERS = {
        "due": ["fourth", "second", "first", "third"],
        "activity": ["second", "fourth", "third", "first"],
        "number": ["fourth", "third", "second", "first"],
        "priority": ["third", "first", "fourth", "second"],
        "status": ["fourth", "third", "second", "first"],
        "requester": ["fourth", "second", "third", "first"],
        "assignee": ["fourth", "third", "second", "first"],
    }

    def test_every_sort_is_tested(self):
        assert set(self.ORDERS) == set(ALL_SORTS)

    @pytest.mark.parametrize("sort", ALL_SORTS)
    def test_each_sort_pages_both_ways(self, as_ana, desk, monkeypatch, sort):
        assert titles(as_ana.get(f"/agent/queues/open?sort={sort}")) == self.ORDERS[sort]
        assert titles(as_ana.get(f"/agent/queues/open?sort=-{sort}")) == self.ORDERS[sort][::-1]
        monkeypatch.setattr(list_rows, "PAGE_SIZE", 2)

        first = as_ana.get(f"/agent/queues/open?q=created<1d&sort={sort}")
        second = as_ana.get(leads(first.html, "after"))
        back = as_ana.get(leads(second.html, "before"))

        assert [titles(page) for page in (first, second, back)] == [
            self.ORDERS[sort][:2], self.ORDERS[sort][2:], self.ORDERS[sort][:2],
        ]  # fmt: skip

    @pytest.mark.parametrize("sort", ["size", "-", "due desc", "--due", "ticket.id", "%F0%9F%94%A5"])
    def test_an_unknown_sort_is_a_bad_request(self, as_ana, sort):
        assert as_ana.get(f"/agent/queues/open?sort={sort}").status == 400

    def test_what_would_be_slow_is_not_offered(self, as_ana):
        assert as_ana.get("/agent/queues/everything?sort=requester").status == 400
        assert as_ana.get(f"/agent/queues/everything?sort={OF_EVERYTHING[-1]}").status == 200

    def test_heads_say_how_the_list_is_sorted_and_turn_it_round(self, as_ana, asked):
        asked()

        def head(address):
            page = as_ana.get(address)
            return re.findall(r'aria-sort="(\w+)"><a href="([^"]+)"', page.html.replace(' class="end"', ""))

        assert head("/agent/queues/open?q=tag:x,none+-fire") == []  # nothing to sort
        assert head("/agent/queues/open?q=-fire") == [
            ("ascending", "/agent/queues/open?q=-fire&amp;sort=-due")
        ]
        assert head("/agent/queues/open?sort=-due") == [("descending", "/agent/queues/open?sort=due")]
        assert head("/agent/queues/open?sort=number") == [("descending", "/agent/queues/open?sort=-number")]

    def test_groups_stand_only_where_the_order_is_theirs(self, as_ana, asked):
        asked()

        assert 'scope="rowgroup"' in as_ana.get("/agent/queues/open").html
        assert 'scope="rowgroup"' not in as_ana.get("/agent/queues/open?sort=priority").html
        assert 'scope="rowgroup"' not in as_ana.get("/agent/queues/everything").html

    def test_settled_tickets_have_no_deadline_any_more(self, as_ana, asked, deed):
        deed("ana", change_status, asked(due_at=clock.now() - timedelta(days=3)), to=TicketStatus.RESOLVED)

        page = as_ana.get("/agent/queues/resolved")

        assert titles(page) == ["A question"]
        assert 'class="due' not in page.html


def test_teams_waiting_and_resolved_hold_what_they_say(as_ana, asked, deed):
    def hand_over(ticket, by):
        ticket.team_id = first_line().id

    waiting, done, teams = asked(title="waiting"), asked(title="done"), asked(title="teams")
    deed("ana", change_status, waiting, to=TicketStatus.WAITING_ON_CUSTOMER)
    deed("ana", change_status, done, to=TicketStatus.CLOSED)
    deed("ada", hand_over, teams)

    assert titles(as_ana.get("/agent/queues/waiting")) == ["waiting"]
    assert titles(as_ana.get("/agent/queues/resolved")) == ["done"]
    assert titles(as_ana.get("/agent/queues/teams")) == ["teams"]
    assert sorted(titles(as_ana.get("/agent/queues/everything"))) == ["done", "teams", "waiting"]


class TestDays:
    @pytest.mark.parametrize(
        "query, name, words",
        [
            ("created:2026-10-26..2026-11-22", "Created", "26 Oct\u2009–\u200922 Nov 2026"),
            ("created:2026-11", "Created", "Nov 2026"),
            ("-resolved:2026", "Not Resolved", "2026"),
            ("responded:2026-11-22", "First answer", "22 Nov 2026"),
            ("created>=2026-11-22T10:33Z", "Created", "22 Nov 2026, 10:33 or later"),
            ("created<2026-11-22", "Created", "before 22 Nov 2026"),
            ("resolved<=2026-11", "Resolved", "Nov 2026 or earlier"),
            ("active>2026-11-22", "Last activity", "after 22 Nov 2026"),
            ("created:2026-01..2026-03-01", "Created", "Jan 2026 – 1 Mar 2026"),
            ("weekday:mon,sun", "Weekday", "Monday, Sunday"),
            ("hour:9,23", "Hour", "9:00 – 10:00, 23:00 – 24:00"),
            ("-is:merged", "Without", "Merged into another"),
            ("is:unanswered", "Only", "Not answered yet"),
            ("created>7d", "Age", "more than 7 days ago"),
            ("due<2d", "Due", "within 2 days"),
            ("due>2w", "Due", "in more than 14 days"),
            ("priority>=high", "Priority", "≥ High"),
            ("in:title,notes", "Words in", "Title, Internal notes"),
            ("has:attachment", "With", "Attachment"),
            ("-has:deadline", "Without", "Deadline"),
            ("via:walk_in", "Came in through", "Walk-in"),
            ("watcher:me", "Watcher", "Me"),
        ],
    )
    def test_a_chip_says_what_is_meant(self, as_ana, query, name, words):
        page = as_ana.get("/agent/search", query_string={"q": query})

        assert [said for said, _url in chips(page)] == [f"{name}:{words}"]

    def test_days_are_those_of_the_desk(self, as_ana, acting, asked, facts):
        number = asked("carl", "Late on Sunday")
        with acting("ada"):
            change_settings(time_zone="Asia/Tokyo")
            ticket = ticket_numbered(number)
            ticket.created_at = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)  # Monday, 5:30 there

        def found(query):
            return "Late on Sunday" in as_ana.get("/agent/search", query_string={"q": query}).text

        assert found("created:2026-03-02 weekday:mon hour:5")
        assert not found("created:2026-03-01")
        assert found("created<2026-03-03 created>=2026-03-02")
        assert not found("weekday:sun")
