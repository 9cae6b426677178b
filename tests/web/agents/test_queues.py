"""Queues: what there is to do, the most urgent on top, the same number of statements for one row and for fifty."""

import re
from datetime import timedelta

import pytest

from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.tickets.models import TicketStatus
from helpdesk.tickets.operations import (
    assign,
    change_status,
    change_tags,
    delete,
    move_to_team,
    resolve,
    take,
)
from helpdesk.web.agents import list_rows
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import first_line, ticket_numbered

STATEMENTS = 7  # role, session, presence, switch, counts, rows, names for the filter
CEILING = 8


def titles(page):
    return [
        re.sub("</?mark>", "", title)
        for title in re.findall(r'class="title"[^>]*>((?:[^<]|</?mark>)+)<', page.html)
    ]


def leads(html, mark):
    return re.search(rf'<a [^>]*href="([^"]+[?;]{mark}=[^"]+)"', html).group(1).replace("&amp;", "&")


def groups(page):
    """The heads of the groups, with the number where one stands."""
    heads = re.findall(r'(?s)scope="rowgroup">(.*?)</th>', page.html)
    return [" ".join(re.sub(r"<[^>]+>", " ", head).split()) for head in heads]


def counts(page):
    return re.findall(
        r'<a class="nav-item" href="/agent/queues/(\w+)".*?<span class="count[^"]*">(\d+)</span>', page.html
    )


def test_agents_start_with_what_nobody_has(as_ana):
    assert as_ana.get("/agent").location == "/agent/queues/unassigned"


def test_each_queue_holds_its_own(as_ana, asked, deed):
    _free, mine, bens, done, gone = (
        asked(title=title) for title in ("free", "mine", "ben's", "done", "gone")
    )
    deed("ana", take, mine)
    deed("ben", take, bens)
    deed("ana", resolve, done)
    deed("ada", delete, gone)

    assert titles(as_ana.get("/agent/queues/unassigned")) == ["free"]
    assert titles(as_ana.get("/agent/queues/mine")) == ["mine"]
    assert titles(as_ana.get("/agent/queues/overdue")) == []
    assert sorted(titles(as_ana.get("/agent/queues/open"))) == ["ben&#39;s", "free", "mine"]
    assert counts(as_ana.get("/agent/queues/open")) == [
        ("unassigned", "1"),
        ("mine", "1"),
        ("teams", "0"),
        ("overdue", "0"),
        ("waiting", "0"),
        ("undelivered", "0"),
        ("open", "3"),
        ("resolved", "1"),
    ]


def test_an_unknown_queue_is_not_found(as_ana):
    assert as_ana.get("/agent/queues/nothing").status == 404


def test_customers_are_led_home_and_strangers_to_the_door(as_carl, as_nobody):
    assert as_carl.get("/agent/queues/open").location == "/portal/tickets"
    assert as_nobody.get("/agent/queues/open").location == "/login?next=/agent/queues/open"


def test_an_agent_of_some_teams_sees_their_tickets_only(as_ben, asked, deed, permitted):
    asked(title="nobody's")
    his = asked(title="his")
    deed("ada", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), his)
    permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS)

    page = as_ben.get("/agent/queues/open")

    assert titles(page) == ["his"]
    assert dict(counts(page))["open"] == "1"


class TestGroups:
    @pytest.fixture(autouse=True)
    def noon(self):
        moment = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
        with clock.freeze(moment):
            yield moment

    def test_rows_stand_under_when_somebody_must_act(self, as_ana, asked, noon):
        for title, hours in (
            ("late", -1),
            ("soon", 1),
            ("tonight", 9),
            ("tomorrow", 20),
            ("some day", 24 * 20),
        ):
            asked(title=title, due_at=noon + timedelta(hours=hours))

        page = as_ana.get("/agent/queues/open")

        assert titles(page) == ["late", "soon", "tonight", "tomorrow", "some day"]
        assert groups(page) == [
            "Overdue 1",
            "Due in the next two hours 1",
            "Later today 1",
            "Tomorrow 1",
            "Later 1",
        ]

    def test_a_group_that_goes_on_over_the_page_has_no_number(self, as_ana, asked, noon, monkeypatch):
        monkeypatch.setattr(list_rows, "PAGE_SIZE", 2)
        asked(title="late", due_at=noon - timedelta(hours=1))
        for number in range(3):
            asked(title=f"soon {number}", due_at=noon + timedelta(minutes=10 + number))
        asked(title="later")

        first = as_ana.get("/agent/queues/open")
        second = as_ana.get(leads(first.html, "after"))
        third = as_ana.get(leads(second.html, "after"))

        assert [titles(page) for page in (first, second, third)] == [
            ["late", "soon 0"],
            ["soon 1", "soon 2"],
            ["later"],
        ]
        assert groups(first) == ["Overdue 1", "Due in the next two hours"]
        assert groups(second) == ["Due in the next two hours"]
        assert groups(third) == ["Later"]
        assert not re.search(r"<a [^>]*[?;]after=", third.html)

    def test_back_from_the_second_page_is_the_first(self, as_ana, asked, monkeypatch):
        monkeypatch.setattr(list_rows, "PAGE_SIZE", 2)
        for number in range(4):
            asked(title=f"ticket {number}")
        first = as_ana.get("/agent/queues/open")
        second = as_ana.get(leads(first.html, "after"))

        back = as_ana.get(leads(second.html, "before"))

        assert titles(back) == titles(first)


@pytest.mark.parametrize("mark", ["x", "e30", "WzEsIDJd", "WyJhIiwgMV0", "W3sidCI6IDF9LCAxXQ", "%00", "🔥"])
def test_a_mark_that_is_not_ours_is_a_bad_request(as_ana, mark):
    assert as_ana.get(f"/agent/queues/open?after={mark}").status == 400
    assert as_ana.get(f"/agent/queues/open?before={mark}").status == 400


@pytest.mark.parametrize(
    "slug, words",
    [
        ("unassigned", "Nothing is unassigned. Nice."),
        ("mine", "You have no open tickets"),
        ("overdue", "Nothing is overdue"),
        ("undelivered", "Every answer has arrived, as far as we know"),
        ("open", "No ticket is open"),
    ],
)
def test_an_empty_queue_says_what_would_be_there(as_ana, slug, words):
    assert words in as_ana.get(f"/agent/queues/{slug}").text


def test_a_page_whose_tickets_went_elsewhere_leads_back_to_the_top(as_ana, asked, deed, monkeypatch):
    monkeypatch.setattr(list_rows, "PAGE_SIZE", 1)
    asked(title="first")
    second = asked(title="second")
    place = leads(as_ana.get("/agent/queues/open").html, "after")
    deed("ana", resolve, second)

    assert "No tickets are left here" in as_ana.get(place).text


def test_a_row_tells_the_whole_ticket(as_ana, asked, deed, person_id):
    number = asked(title="The printer is on fire", content="It burns.\n\nPlease <b>help</b>.")
    deed("ana", lambda ticket, by: assign(ticket, to=by, by=by), number)
    deed("ana", change_status, number, to=TicketStatus.WAITING_ON_CUSTOMER)

    page = as_ana.get("/agent/queues/mine")

    assert f'href="/agent/tickets/{number}?in=mine"' in page.html
    assert f"{number} It burns. Please <b>help</b>. Carl Customer Customer Inc Waiting Ana Agent" in page.text
    assert "<b>help" not in page.html


def test_a_ticket_whose_answer_did_not_arrive_is_red_wherever_it_stands(as_ana, asked, acting):
    asked(title="well")
    with acting("ada"):
        ticket_numbered(asked(title="lost")).delivery_failed_at = clock.now()

    everything = as_ana.get("/agent/queues/open")
    queue = as_ana.get("/agent/queues/undelivered")

    assert len(re.findall(r'<tr class="ticket[^"]* undelivered"', everything.html)) == 1
    assert everything.text.count("Not delivered") == 3  # the queue, the row, the bar for many
    assert titles(queue) == titles(as_ana.get("/agent/search?q=delivery:failed")) == ["lost"]
    assert titles(as_ana.get("/agent/search?q=-delivery:failed")) == ["well"]
    assert ("undelivered", "1") in counts(queue)


@pytest.mark.parametrize("rows", [1, 50])
def test_a_queue_costs_the_same_for_one_ticket_and_for_fifty(as_ana, cold, asked, deed, rows):
    for number in range(rows):
        deed("ana", take, asked(title=f"ticket {number}"))
    browser = cold(as_ana)

    with counted_statements() as statements:
        page = browser.get("/agent/queues/mine")

    assert len(titles(page)) == rows
    assert len(statements) == STATEMENTS <= CEILING


def test_a_full_page_of_a_busy_desk_weighs_little(as_ana, asked, deed):
    words = (
        "Dear desk, since Tuesday the display of the second bike stays dark after the update, and the other. "
    )

    def furnish(ticket, by):
        assign(ticket, to=by, by=by)
        move_to_team(ticket, team=first_line(), by=by)
        change_tags(ticket, add=[f"waiting-for-{ticket.id % 30}", "replacement", "battery"], by=by)

    for number in range(50):
        late = clock.now() - timedelta(hours=number)
        title = "The replacement of the front axle has not come yet, and nobody answers"
        deed("ada", furnish, asked(title=title, content=words, due_at=late))

    page = as_ana.get("/agent/queues/open")

    assert len(titles(page)) == 50
    assert page.html.count('class="ticket unread"') == 50
    assert len(page.response.data) <= 80_000


def test_every_word_of_a_queue_is_translated(pseudo, as_ana, asked, deed):
    deed("ana", take, asked())

    assert untranslated(as_ana.get("/agent/queues/open").html) == []
    assert untranslated(as_ana.get("/agent/queues/unassigned").html) == []


@pytest.mark.parametrize("sort", ["", "?sort=-priority"])
def test_the_statement_that_is_kept_is_bound_for_each_who_asks(as_ana, as_ben, asked, deed, sort):
    """The same rules for both, but not the same tickets."""
    deed("ana", take, asked(title="of ana"))
    deed("ben", take, asked(title="of ben"))

    for _ in range(2):
        assert titles(as_ana.get(f"/agent/queues/mine{sort}")) == ["of ana"]
        assert titles(as_ben.get(f"/agent/queues/mine{sort}")) == ["of ben"]
