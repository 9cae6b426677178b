"""The audit trail: newest first, a sentence each, narrowed by everything an address can ask."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.tickets.models import TicketPriority
from helpdesk.tickets.operations import assign, note, reply, resolve, set_priority, take, watch
from helpdesk.web.admin import audit_exports
from helpdesk.web.admin.audit_filter import AuditFilter
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import ticket_numbered

CEILING = 8


def sentences(page):
    found = re.findall(r'(?s)<span class="sentence">(.*?)</span>', page.html)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def details(page):
    """Field, before, after of each row of each table."""
    rows = re.findall(
        r"(?s)<tr><th scope=\"row\">(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", page.html
    )
    return [tuple(" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row) for row in rows]


@pytest.fixture
def on_the_ticket(acting, number):
    """`on_the_ticket("ana", take)`."""

    def do(name, operation, **more):
        with acting(name) as person:
            operation(ticket_numbered(number), by=person, **more)

    return do


@pytest.fixture
def written(acting):
    """`written(at=…, user_id=…)` puts a row into the trail as it would have been written then."""

    def write(**values):
        row = {
            "created_at": clock.now(),
            "table_name": "tags",
            "record_id": 7,
            "action": AuditAction.UPDATE,
            "via": Via.WEB,
            "request_id": "f" * 32,
            "changes": {"name": ["First", "Second"]},
            **values,
        }
        with acting("ada"):
            db.session.execute(insert(AuditLog).values(row))

    return write


class TestRights:
    def test_agents_may_not_read_it(self, as_ana):
        assert as_ana.get("/admin/audit").status == 403

    def test_who_may_read_it_needs_no_other_right(self, as_ana, permitted):
        permitted("ana", Permission.READ_AUDIT)

        page = as_ana.get("/admin/audit")

        assert page.status == 200
        assert re.findall(r'<a class="nav-item" href="(/admin[^"]*)"', page.html) == [
            "/admin",
            "/admin/audit",
        ]

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/audit").status == 404

    def test_nothing_in_it_can_be_changed(self, as_ada):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(as_ada.client, method)("/admin/audit").status_code in (400, 405)


class TestRows:
    def test_the_newest_stands_first_with_who_did_what_to_what(self, as_ada, on_the_ticket, number, acting):
        on_the_ticket("ana", take)
        with acting("ben"):
            on_the_ticket("ben", assign, to=person_named("ben"))

        page = as_ada.get("/admin/audit?kind=tickets")

        assert sentences(page)[:3] == [
            "Ben Brown took it over from Ana Agent",
            "Ana Agent took it; set status from Open to In progress",
            "Carl Customer opened the ticket",
        ]
        assert f'href="/agent/tickets/{number}"' in page.html

    def test_below_it_stands_what_changed(self, as_ada, on_the_ticket):
        on_the_ticket("ana", set_priority, to=TicketPriority.URGENT)

        page = as_ada.get("/admin/audit?q=priority&action=update")

        assert details(page) == [("priority", "Medium", "Urgent")]
        for words in ("Object Ticket", "Through Web", "Request"):
            assert words in page.text

    def test_texts_and_secrets_are_not_in_it(self, as_ada, on_the_ticket, acting):
        on_the_ticket("ana", note, content="The canary sings.")
        on_the_ticket("ana", reply, content="The other canary sings.")
        with acting("ana") as ana:
            ana.password_hash = "$argon2id$canary"

        page = as_ada.get("/admin/audit")

        assert "canary" not in page.html
        assert ("text", "", "17 characters") in details(page)
        assert ("password", "•••", "•••") in details(page)
        assert "Ana Agent changed the password" in sentences(page)

    def test_what_people_wrote_is_text_not_markup(self, as_ada, acting):
        with acting("ana"):
            db.session.add(Team(name="<img src=x onerror=alert(1)>"))

        page = as_ada.get("/admin/audit?kind=teams")

        assert "<img src=x" not in page.html
        assert "&lt;img src=x" in page.html

    def test_days_have_heads(self, as_ada, written):
        written(created_at=clock.now() - timedelta(days=1))
        written(created_at=clock.now() - timedelta(days=3))

        heads = re.findall(r'<h2 id="day-\d+">([^<]+)</h2>', as_ada.get("/admin/audit").html)

        assert heads[0].startswith("Today, ")
        assert heads[1].startswith("Yesterday, ")
        assert len(heads) == 3

    def test_every_kind_of_row_can_be_told(self, as_ada, written):
        for action in AuditAction:
            for table in ("tickets", "teams", "users", "settings", "comments", "something_new"):
                written(action=action, table_name=table, ticket_id=99 if table == "comments" else None)
        written(user_id=None, changes={}, ip=None)

        page = as_ada.get("/admin/audit")

        assert page.status == 200
        assert "Somebody not signed in" in page.text

    def test_somebody_who_reads_elsewhere_sees_their_own_hours(self, as_ada, acting, written):
        written(created_at=datetime.now(UTC).replace(hour=12, minute=34))
        with acting("ada") as ada:
            ada.time_zone = "Asia/Kolkata"

        assert "18:04" in as_ada.get("/admin/audit").text


class TestFilter:
    def test_what_somebody_did(self, as_ada, on_the_ticket, person_id):
        on_the_ticket("ana", watch)
        on_the_ticket("ben", take)

        page = as_ada.get(f"/admin/audit?person={person_id('ana')}")

        assert sentences(page) == ["Ana Agent started to watch it"]
        assert f'<option value="{person_id("ana")}" selected>' in page.html

    def test_a_customer_is_offered_once_chosen(self, as_ada, number, person_id):
        carl = person_id("carl")

        assert f'<option value="{carl}"' not in as_ada.get("/admin/audit").html
        page = as_ada.get(f"/admin/audit?person={carl}")
        assert f'<option value="{carl}" selected>Carl Customer' in page.html
        assert set(sentences(page)) == {
            "Carl Customer opened the ticket",
            "Carl Customer wrote the opening message",
        }

    @pytest.mark.parametrize("spelled", ["{number}", "{digits}", "{lower}", "%23{digits}"])
    def test_everything_of_a_ticket_by_its_number(self, as_ada, on_the_ticket, number, spelled, written):
        on_the_ticket("ana", reply, content="Coming.")
        written()
        asked = spelled.format(number=number, digits=number.removeprefix("HD-"), lower=number.lower())

        page = as_ada.get(f"/admin/audit?kind=tickets&object={asked}&action=insert")

        assert sorted(sentences(page)) == [
            "Ana Agent replied",
            "Carl Customer opened the ticket",
            "Carl Customer wrote the opening message",
        ]

    def test_one_object_by_its_id(self, as_ada, written):
        written(record_id=7)
        written(record_id=8)

        assert len(sentences(as_ada.get("/admin/audit?kind=tags&object=8"))) == 1
        assert sentences(as_ada.get("/admin/audit?kind=tags&object=nonsense")) == []
        assert sentences(as_ada.get("/admin/audit?kind=tickets&object=HD-99999")) == []

    def test_what_was_done(self, as_ada, number, written):
        written(action=AuditAction.DELETE)

        assert len(sentences(as_ada.get("/admin/audit?action=delete"))) == 1

    def test_through_which_door(self, as_ada, number, written):
        written(via=Via.CLI)

        assert len(sentences(as_ada.get("/admin/audit?via=cli&kind=tags"))) == 1
        assert len(sentences(as_ada.get("/admin/audit?via=mail"))) == 0

    def test_everything_of_one_request(self, as_ada, number, written):
        written(request_id="a" * 32)
        written(request_id="job-17", via=Via.JOB)

        assert len(sentences(as_ada.get(f"/admin/audit?q={'a' * 32}"))) == 1
        assert len(sentences(as_ada.get("/admin/audit?q=job-17"))) == 1
        assert sentences(as_ada.get("/admin/audit?q=job-1")) == []

    @pytest.mark.parametrize("words", ["assignee", "ASSIGNEE", "assignee id", "assign", "assignee_id"])
    def test_a_field_by_its_name_or_by_what_people_call_it(self, as_ada, on_the_ticket, words):
        on_the_ticket("ana", take)

        assert sentences(as_ada.get(f"/admin/audit?q={words}")) == [
            "Ana Agent took it; set status from Open to In progress"
        ]

    def test_what_people_call_a_field_may_be_quite_another_word(self, as_ada, written):
        written(changes={"due_at": [None, "2026-01-01T00:00:00+00:00"]})

        assert len(sentences(as_ada.get("/admin/audit?q=deadline"))) == 1

    def test_signs_of_patterns_are_letters(self, as_ada, number):
        assert sentences(as_ada.get("/admin/audit?q=%25")) == []

    def test_thirty_days_unless_more_are_asked_for(self, as_ada, written):
        old = clock.now() - timedelta(days=45)
        written(created_at=old, record_id=1)
        written(created_at=clock.now() - timedelta(days=28), record_id=2)

        page = as_ada.get("/admin/audit?kind=tags")
        longer = as_ada.get(f"/admin/audit?kind=tags&since={old.date()}")
        only_then = as_ada.get(f"/admin/audit?kind=tags&since={old.date()}&until={old.date()}")

        assert (len(sentences(page)), len(sentences(longer)), len(sentences(only_then))) == (1, 2, 1)
        (since,) = re.findall(r'type="date" name="since"[^>]*value="([^"]+)"', page.html)
        (until,) = re.findall(r'type="date" name="until"[^>]*value="([^"]+)"', page.html)
        assert datetime.fromisoformat(until) - datetime.fromisoformat(since) == timedelta(days=29)

    def test_a_day_is_the_readers_day(self, as_ada, acting, written):
        with acting("ada") as ada:
            ada.time_zone = "Pacific/Auckland"
        written(created_at=datetime(2026, 3, 9, 11, 30, tzinfo=UTC))  # the tenth, half past midnight there

        assert len(sentences(as_ada.get("/admin/audit?since=2026-03-10&until=2026-03-10"))) == 1
        assert len(sentences(as_ada.get("/admin/audit?since=2026-03-09&until=2026-03-09"))) == 0

    @pytest.mark.parametrize(
        "asked",
        [
            "person=x",
            "person=99999999999999999999999",
            "person=%C2%B2",
            "kind=drop",
            "action=x",
            "via=x",
            "since=x",
            "since=0001-01-01",
            "until=9999-12-31",
            "since=2026-12-31&until=2026-01-01",
            "object=5",
        ],
    )
    def test_what_makes_no_sense_is_as_if_it_were_not_there(self, as_ada, number, asked):
        assert as_ada.get(f"/admin/audit?{asked}").status == 200

    def test_nothing_found_leads_back(self, as_ada):
        page = as_ada.get("/admin/audit?action=purge")

        assert "Nothing like that happened in this time" in page.text
        assert "Clear" in page.text

    def test_all_conditions_together(self, as_ada, on_the_ticket, person_id, number):
        on_the_ticket("ana", resolve)
        on_the_ticket("ben", watch)

        page = as_ada.get(
            f"/admin/audit?person={person_id('ana')}&kind=tickets&object={number}&action=update&via=web&q=status"
        )

        assert sentences(page) == ["Ana Agent set status from Open to Resolved"]


class TestPages:
    def test_pages_follow_each_other_without_gaps(self, as_ada, written):
        for number in range(120):
            written(record_id=number, created_at=clock.now() - timedelta(minutes=number // 3))
        seen, path = [], "/admin/audit?kind=tags"
        while path:
            page = as_ada.get(path)
            seen += re.findall(r'<details class="trace" id="trace-(\d+)"', page.html)
            older = re.findall(r'href="(/admin/audit\?[^"]*after=[^"]+)">Older', page.html)
            path = older[0].replace("&amp;", "&") if older else None

        assert len(seen) == len(set(seen)) == 120

    def test_what_was_asked_stays_on_the_next_page(self, as_ada, written):
        for number in range(60):
            written(record_id=number)

        page = as_ada.get("/admin/audit?kind=tags&via=web&q=name&since=2026-01-01")

        (older,) = re.findall(r'href="(/admin/audit\?[^"]*after=[^"]+)">Older', page.html)
        for asked in ("kind=tags", "via=web", "q=name", "since=2026-01-01"):
            assert asked in older

    @pytest.mark.parametrize("rows", [1, 50])
    def test_it_costs_the_same_for_few_and_for_many(self, as_ada, written, acting, cold, person_id, rows):
        with acting("ada"):
            people = db.session.scalars(select(User.id)).all()
        for number in range(rows):
            written(user_id=people[number % len(people)])
        browser = cold(as_ada)
        with counted_statements() as statements:
            page = browser.get("/admin/audit?kind=tags&q=name")

        assert len(sentences(page)) == rows
        assert len(statements) == 8 <= CEILING  # one of them counts the search


def test_every_word_is_translated(pseudo, as_ada, on_the_ticket, written):
    on_the_ticket("ana", take)
    on_the_ticket("ana", note, content="x")
    written(action=AuditAction.DELETE)

    for path in ("/admin/audit", "/admin/audit?action=purge"):
        assert untranslated(as_ada.get(path).html) == [], path


def marked(page):
    """What is struck out and what is new, of every difference."""
    return tuple(re.findall(rf"<{mark}>(.*?)</{mark}>", page.html) for mark in ("del", "ins"))


class TestSearch:
    @pytest.mark.parametrize(
        "words", ["second", "SECOND", "Seco", "cond st", 'say "hi"', "back\\slash", "Zoë"]
    )
    def test_what_a_value_says_before_or_after(self, as_ada, written, words):
        written(changes={"name": ["First", 'Second stage: say "hi" to back\\slash Zoë']})
        written(changes={"name": [None, "Other"]})

        assert len(sentences(as_ada.get("/admin/audit", query_string={"q": words}))) == 1

    def test_the_members_of_lists(self, as_ada, written):
        written(table_name="tickets", changes={"tags": [["vip"], ["refund", "vip"]]})

        assert len(sentences(as_ada.get("/admin/audit?q=refund"))) == 1

    def test_digests_and_numbers_are_not_looked_into(self, as_ada, written):
        written(changes={"content": [None, {"length": 7, "sha256": "abc123"}], "team_id": [None, 4711]})

        for words in ("abc123", "4711", "sha256"):
            assert sentences(as_ada.get(f"/admin/audit?q={words}")) == []

    def test_only_in_the_period(self, as_ada, written):
        written(created_at=clock.now() - timedelta(days=40))

        assert sentences(as_ada.get("/admin/audit?q=second")) == []

    def test_a_ticket_number_means_all_of_that_ticket(self, as_ada, on_the_ticket, number, written):
        on_the_ticket("ana", reply, content="Coming.")
        written()

        assert sentences(as_ada.get(f"/admin/audit?q={number.lower()}&action=insert&person=")) == sentences(
            as_ada.get(f"/admin/audit?kind=tickets&object={number}&action=insert")
        )

    def test_a_purged_ticket_is_still_found_by_its_number(self, as_ada, written):
        purged = {"table_name": "tickets", "record_id": 4711, "ticket_id": 4711, "action": AuditAction.PURGE}
        written(**purged, changes={"ticket_number": ["HD-4711", None]})

        for asked in ("q=hd-4711", "kind=tickets&object=4711"):
            page = as_ada.get(f"/admin/audit?{asked}")
            assert len(sentences(page)) == 1
            assert "removed HD-4711 for good" in page.text
            assert "/agent/tickets/HD" not in page.html.split('id="trail"')[1]


class TestPatience:
    @pytest.fixture
    def slow(self, monkeypatch):
        """A search of more than a month takes longer than the database is given."""
        usual = AuditFilter.rows

        def rows(asked):
            if asked.words and asked.until - asked.since > timedelta(days=29):
                db.session.execute(text("set local statement_timeout = 20"))
                db.session.execute(text("select pg_sleep(2)"))
            return usual(asked)

        monkeypatch.setattr(AuditFilter, "rows", rows)

    @pytest.mark.usefixtures("slow")
    def test_a_search_that_was_given_up_leads_to_a_shorter_one(self, as_ada, written):
        written()
        asked = {"q": "second", "since": "2025-01-01"}

        for page in (
            as_ada.get("/admin/audit", query_string=asked, follow_redirects=True),
            as_ada.post("/admin/audit/exports", asked, follow=True),
        ):
            assert "This took too long and was given up." in page.text
            assert len(sentences(page)) == 1


class TestObjects:
    def test_by_name_also_what_is_gone(self, as_ada, acting, written):
        with acting("ada"):
            team = Team(name="Night shift")
            db.session.add(team)
            db.session.flush()
            team_id = team.id
        written(table_name="teams", record_id=team_id, changes={"description": ["", "Late"]})
        written(
            table_name="teams", record_id=99, action=AuditAction.DELETE, changes={"name": ["Nightmare", None]}
        )
        written(table_name="teams", record_id=98, changes={"name": ["Day", "Morning"]})

        page = as_ada.get("/admin/audit?kind=teams&object=night")

        assert len(sentences(page)) == 3
        assert "deleted Nightmare" in page.text

    def test_people_by_name_or_address(self, as_ada, acting):
        with acting("ada"):
            person_named("olga").time_zone = "Europe/Kyiv"
            person_named("cora").time_zone = "Europe/Rome"

        for asked in ("olga", "stranger.example"):
            page = as_ada.get(f"/admin/audit?kind=users&object={asked}")
            assert "Europe/Kyiv" in page.html.split('id="trail"')[1]
            assert "Europe/Rome" not in page.html.split('id="trail"')[1]

    def test_links_lead_to_one_object_without_showing_its_id(self, as_ada, written):
        written(table_name="tags", record_id=7)
        written(table_name="tags", record_id=8)
        (link,) = {
            each
            for each in re.findall(r'href="([^"]+)">All changes', as_ada.get("/admin/audit?kind=tags").html)
            if "record=8" in each
        }

        page = as_ada.get(link.replace("&amp;", "&"))

        assert len(sentences(page)) == 1
        assert 'name="record" value="8"' in page.html
        assert re.search(r'class="term".*?<b dir="auto">Second|class="term".*?<b dir="auto">First', page.html)

    def test_messages_of_one_ticket(self, as_ada, on_the_ticket, number):
        on_the_ticket("ana", reply, content="Coming.")

        assert sentences(as_ada.get(f"/admin/audit?kind=comments&object={number}")) == [
            "Ana Agent replied",
            "Carl Customer wrote the opening message",
        ]


class TestDifferences:
    def test_words_that_changed_are_marked(self, as_ada, written):
        written(changes={"description": ["The red printer of floor two", "The blue printer of floor two"]})

        page = as_ada.get("/admin/audit?kind=tags")

        assert marked(page) == (["red "], ["blue "])
        assert details(page) == [
            ("description", "The red printer of floor two", "The blue printer of floor two")
        ]

    def test_members_that_came_and_went_are_marked(self, as_ada, written):
        written(changes={"tags": [["old", "vip"], ["new", "vip"]]})

        assert marked(as_ada.get("/admin/audit?kind=tags")) == (["old"], ["new"])

    def test_long_texts_are_whole(self, as_ada, written):
        long = " ".join(f"word{number}" for number in range(400))
        written(changes={"notes": [f"{long} end", f"{long} stop"]})

        page = as_ada.get("/admin/audit?kind=tags")

        assert marked(page) == (["end"], ["stop"])
        assert page.html.count("word399") == 2

    def test_of_message_texts_it_says_that_they_are_not_kept(self, as_ada, on_the_ticket):
        on_the_ticket("ana", note, content="The canary sings.")

        page = as_ada.get("/admin/audit?kind=comments&person=")

        assert "Of texts only their length is kept here, not what they say." in page.text


class TestRequest:
    def test_all_rows_of_one_request_whatever_the_period(self, as_ada, written):
        old = clock.now() - timedelta(days=80)
        written(request_id="b" * 32, created_at=old, ip="192.0.2.7")
        written(request_id="b" * 32, created_at=old, table_name="teams", via=Via.WEB)
        written(request_id="c" * 32)

        page = as_ada.get(f"/admin/audit/requests/{'b' * 32}")

        assert len(sentences(page)) == 2
        assert "192.0.2.7" in page.text
        assert f'href="/admin/audit/requests/{"c" * 32}"' in as_ada.get("/admin/audit").html

    @pytest.mark.parametrize("nothing", ["d" * 32, "x", "job-1", "%00"])
    def test_there_is_no_such_request(self, as_ada, nothing):
        assert as_ada.get(f"/admin/audit/requests/{nothing}").status in (404, 400)

    def test_agents_may_not_read_it(self, as_ana, written):
        written(request_id="b" * 32)
        assert as_ana.get(f"/admin/audit/requests/{'b' * 32}").status == 403

    def test_many_rows_come_in_pages_at_the_same_cost(self, as_ada, written, cold):
        for number in range(60):
            written(request_id="b" * 32, record_id=number)
        browser = cold(as_ada)
        with counted_statements() as statements:
            first = browser.get(f"/admin/audit/requests/{'b' * 32}")
        (more,) = re.findall(r'href="([^"]*after=[^"]+)"', first.html)

        assert len(statements) <= CEILING - 1
        assert len(sentences(first)) + len(sentences(as_ada.get(more.replace("&amp;", "&")))) == 60


def lines_of(answer):
    return list(csv.reader(io.StringIO(answer.response.get_data(as_text=True), newline=""), strict=True))


class TestExport:
    def test_a_line_for_each_field_of_the_rows_that_were_asked_for(self, as_ada, written):
        written(changes={"name": ["First", "Second"], "color": ["#000000", "#ffffff"]})
        written(table_name="teams")

        answer = as_ada.post("/admin/audit/exports", {"kind": "tags"})

        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert re.fullmatch(
            r"attachment; filename=\"audit-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d.csv\".*",
            answer.headers["Content-Disposition"],
        )
        head, *lines = lines_of(answer)
        assert head[:2] == ["Time (UTC)", "Who"]
        assert [line[8:11] for line in lines] == [
            ["name", "First", "Second"],
            ["colour", "#000000", "#ffffff"],
        ]

    def test_nothing_in_it_is_a_formula(self, as_ada, written):
        written(changes={"name": ["=1+1", '@SUM("x")']})

        assert lines_of(as_ada.post("/admin/audit/exports", {"kind": "tags"}))[1][9:11] == [
            "'=1+1",
            '\'@SUM("x")',
        ]

    def test_it_is_itself_told_with_its_conditions_and_its_size(self, as_ada, acting, written, person_id):
        written()
        written()
        lines_of(as_ada.post("/admin/audit/exports", {"kind": "tags", "q": "second"}))

        with acting("ada"):
            row = db.session.scalars(select(AuditLog).where(AuditLog.table_name == "audit_logs")).one()
        assert (row.action, row.user_id) == (AuditAction.READ, person_id("ada"))
        assert row.changes["row_count"] == [None, 2]
        assert "kind=tags; q=second; since=" in row.changes["conditions"][1]
        assert "Ada Admin exported 2 changes of the audit trail" in sentences(as_ada.get("/admin/audit"))

    def test_its_own_row_is_not_in_it(self, as_ada, written):
        written()

        lines = lines_of(as_ada.post("/admin/audit/exports", {}))
        assert {line[5] for line in lines[1:]}.isdisjoint({"Audit trail"})

    def test_page_by_page_nothing_twice_and_nothing_left_out(self, as_ada, written, monkeypatch):
        monkeypatch.setattr(audit_exports, "ROWS_AT_ONCE", 7)
        for number in range(40):
            written(changes={"name": [None, f"Number {number}"]})

        lines = lines_of(as_ada.post("/admin/audit/exports", {"kind": "tags"}))[1:]

        assert sorted(line[10] for line in lines) == sorted(f"Number {number}" for number in range(40))

    def test_too_many_for_a_file_are_refused_and_said(self, as_ada, acting, written, monkeypatch):
        monkeypatch.setattr(audit_exports, "MOST_ROWS", 2)
        for _number in range(3):
            written()

        page = as_ada.post("/admin/audit/exports", {"kind": "tags"}, follow=True)

        assert "More than 2 changes match: too many for one file." in page.text
        with acting("ada"):
            assert db.session.scalars(select(AuditLog).where(AuditLog.table_name == "audit_logs")).all() == []

    def test_only_who_may_read_the_trail_and_only_by_sending_a_form(self, as_ana, as_ada):
        assert as_ana.post("/admin/audit/exports", {}).status == 403
        assert as_ada.get("/admin/audit/exports").status == 405
