"""Statistics as agents meet them: numbers that lead to exactly their tickets, definitions, tables to take along."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from helpdesk.accounts.models import Team
from helpdesk.accounts.permissions import Permission
from helpdesk.app import create_app
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.roles import owner_engine
from helpdesk.demo import generate, prepare
from helpdesk.files.store import Store
from helpdesk.reports.measures import COMPARISON, DAYS, MEASURES, PERCENTILES
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import move_to_team, reopen, reply, resolve, take
from helpdesk.web.agents.statistics_tables import TABLES
from tests.support import databases
from tests.support.browser import Browser
from tests.support.readable import untranslated
from tests.support.real_desk import RealDesk
from tests.support.statements import counted_statements
from tests.web.agents.conftest import first_line, ticket_numbered

NOW = datetime(2026, 6, 17, 14, 30, 12, tzinfo=UTC)
CEILING = 13
"""One of them counts that statistics were asked for; one finds that nothing is summed up yet."""
LINK = re.compile(r'<a class="[\w ]+" href="([^"]+)" data-tickets="(\d+)" title="[^"]*">(.*?)</a>', re.DOTALL)
PAGE = "/agent/statistics"
DOCS = Path(__file__).parents[3] / "docs" / "statistics.md"


def links(page: Any) -> list[tuple[str, int, str]]:
    """Each number that leads somewhere: where to, how many tickets are to be there, what it says."""
    return [
        (unescape(url), int(count), re.sub(r"<[^>]+>", "", words).strip())
        for url, count, words in LINK.findall(page.html)
    ]


def listed(page: Any) -> int:
    """How many tickets the head of a list says there are."""
    assert page.status == 200
    return int(re.search(r'(?s)<h1>.*?<span class="count">([\d,]+)</span>', page.html)[1].replace(",", ""))


def rows(page: Any, name: str) -> list[list[str]]:
    """A table of the page, as text: its rows without the head."""
    table = re.search(rf'(?s)<table[^>]* id="{name}".*?</table>', page.html)[0]
    body = re.search(r"(?s)<tbody>(.*?)</tbody>", table)[1]
    return [
        [
            " ".join(unescape(re.sub(r'(?s)<span class="avatar.*?</span>|<[^>]+>', " ", cell)).split())
            for cell in re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)
        ]
        for row in re.findall(r"(?s)<tr>(.*?)</tr>", body)
    ]


def tile(page: Any, name: str) -> str:
    """The words of a tile."""
    found = re.search(rf'(?s)<article class="tile" id="tile-{name}">(.*?)</article>', page.html)[1]
    found = re.sub(r"(?s)<button.*?</button>|<div class=\"meanings\".*?</div>", "", found)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split()).replace(" ,", ",")


def taken(page: Any) -> list[list[str]]:
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(page.html)))


@pytest.fixture(scope="module")
def demo(
    server: EmbeddedServer, run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A desk with two years of tickets."""
    name = f"statistics_{databases.worker_name()}"
    databases.clone(server, run_folder, name)
    config = databases.config_for(server, name, tmp_path_factory.mktemp("statistics"))
    engine = owner_engine(config)
    prepare(engine, now=NOW)
    with engine.begin() as connection:
        generate(
            connection, tickets=160, seed=3, password="x" * 12, now=NOW,
            store=Store(config.data_dir / "files"),
        )  # fmt: skip
    engine.dispose()
    app = create_app(config)
    app.testing = True
    yield app
    databases.dispose(app)
    server.drop_database(name)


@pytest.fixture
def agent(demo: Flask) -> Iterator[Browser]:
    with clock.freeze(NOW):
        desk = RealDesk(demo)
        with desk.doing("ada"):
            change_settings(most_searches_a_minute=0, most_statistics_a_minute=0)  # the clock stands still
        yield desk.browser("ana")


@pytest.fixture
def busy(acting, asked, deed):
    """A ticket created, answered and resolved in known times, one that is open, one of another team."""
    with clock.freeze(NOW - timedelta(days=2)):
        done = asked("carl", "Done")
        deed("ana", take, done)
    with clock.freeze(NOW - timedelta(days=2) + timedelta(minutes=90)):
        deed("ana", lambda ticket, by: reply(ticket, by=by, content="So."), done)
    with clock.freeze(NOW - timedelta(days=1)):
        deed("ana", resolve, done)
    with clock.freeze(NOW - timedelta(hours=30)):
        waiting = asked("olga", "Waiting")
        deed("ada", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), waiting)
    return done, waiting


class TestLinks:
    @pytest.mark.parametrize(
        "query",
        [
            "?days=7",
            "?from=2024-06-01&to=2026-06-17&priority=high",
            "?days=364&assignee=nobody",
        ],
    )
    def test_every_number_leads_to_exactly_its_tickets(self, agent, query):
        page = agent.get(PAGE + query)
        found = {url: count for url, count, _words in links(page)}

        assert len(found) > 20
        assert {url: listed(agent.get(url)) for url in found} == found

    def test_what_a_count_says_is_how_many_are_linked(self, agent):
        found = links(agent.get(f"{PAGE}?days=91"))

        counts = [(words, count) for _url, count, words in found if re.fullmatch(r"[\d,]+", words)]
        assert len(counts) > 60
        assert all(words == f"{count:,}" for words, count in counts)

    def test_no_number_above_nothing_is_without_a_link(self, agent):
        page = agent.get(f"{PAGE}?days=91")

        for name in ("flows", "times", "ages", "statuses", "priorities", "assignees", "teams", "hours"):
            table = re.search(rf'(?s)<table[^>]* id="{name}".*?</table>', page.html)[0]
            bare = re.findall(r"<span class=\"(?:faint|hour)\">([^<]*)</span>", table)
            assert set(bare) <= {"", "0", "–", "0 %"}


class TestNumbers:
    def test_tiles_and_tables_say_the_same(self, as_ana, busy):
        with clock.freeze(NOW):
            page = as_ana.get(f"{PAGE}?days=7")

        assert tile(page, "created") == "Created 2 was 0"
        assert tile(page, "resolved") == "Resolved 1 better, was 0"
        assert tile(page, "first-answer") == "First answer, median 1:30 h nothing before to compare with"
        assert tile(page, "resolution") == "Resolution, median 24:00 h nothing before to compare with"
        assert tile(page, "open") == "Open now 1 1 without an answer · 0 overdue"
        assert rows(page, "times")[::2] == [
            ["First answer", "1", "1:30 h", "1:30 h", "1:30 h"],
            ["Resolution", "1", "24:00 h", "24:00 h", "24:00 h"],
        ]
        assert rows(page, "assignees") == [
            ["Ana Agent", "1", "1", "0", "1:30 h", "1:30 h", "24:00 h", "24:00 h"],
            ["Nobody", "1", "0", "1", "–", "–", "–", "–"],
        ]
        assert rows(page, "teams")[0][:4] == ["First line", "1", "0", "1"]
        assert rows(page, "ages")[1] == ["1 to 3 days", "1", "100 %"]
        assert [row for row in rows(page, "flows") if row[1:3] != ["0", "0"]] == [
            ["15 Jun", "1", "0", "+1"],
            ["16 Jun", "1", "1", "0"],
        ]

    def test_a_reopened_ticket_leaves_what_was_resolved_and_keeps_its_first_answer(self, as_ana, busy, deed):
        done, _waiting = busy
        with clock.freeze(NOW - timedelta(hours=1)):
            deed("ana", reopen, done)
            deed("ana", lambda ticket, by: reply(ticket, by=by, content="Again."), done)
        with clock.freeze(NOW):
            page = as_ana.get(f"{PAGE}?days=7")
            assert tile(page, "resolved") == "Resolved 0 no change, was 0"
            assert tile(page, "first-answer").startswith("First answer, median 1:30 h")
            deed("ana", resolve, done)
            page = as_ana.get(f"{PAGE}?days=7")

        assert tile(page, "resolved") == "Resolved 1 better, was 0"
        assert tile(page, "resolution").startswith("Resolution, median 48:00 h")

    def test_compared_with_the_days_before(self, as_ana, busy, asked):
        with clock.freeze(NOW - timedelta(days=10)):
            for title in "abc":
                asked("carl", title)
        with clock.freeze(NOW):
            page = as_ana.get(f"{PAGE}?days=7")

        assert "11–17 Jun 2026, compared with the 7 days before" in page.text.replace("\u2009", "")
        assert tile(page, "created") == "Created 2 ↓ 33 % was 3"

    def test_the_filter_narrows_everything_and_its_links(self, as_ana, busy):
        with clock.freeze(NOW):
            whole = as_ana.get(f"{PAGE}?days=7")
            page = as_ana.get(f"{PAGE}?days=7&team=First+line&assignee=nobody")

            assert tile(whole, "created").startswith("Created 2")
            assert tile(page, "created").startswith("Created 1")
            assert [row[0] for row in rows(page, "teams")] == ["First line"]
            assert all(listed(as_ana.get(url)) == count for url, count, _ in links(page))
        assert "Team: First line" in page.text
        assert "Assignee: Nobody" in page.text

    @pytest.mark.parametrize(
        "query, created",
        [("assignee=ana@desk.example", 1), ("assignee=me", 1), ("assignee=ben@desk.example", 0),
         ("assignee=nobody@nowhere.example", 0), ("org=customer", 1), ("org=none", 1), ("tag=vip", 0),
         ("priority=medium", 2), ("team=mine", 1)],
    )  # fmt: skip
    def test_each_field_of_the_filter(self, as_ana, busy, query, created):
        with clock.freeze(NOW):
            page = as_ana.get(f"{PAGE}?days=7&{query}")

        assert page.status == 200
        assert tile(page, "created").startswith(f"Created {created}")

    def test_days_and_hours_are_those_of_the_desk(self, as_ana, acting, asked):
        number = asked("carl", "Late")
        with acting("ada"):
            change_settings(time_zone="Asia/Tokyo")
            ticket_numbered(number).created_at = datetime(2026, 6, 16, 20, 30, tzinfo=UTC)  # 17 June, 5:30
        with clock.freeze(NOW):
            page = as_ana.get(f"{PAGE}?from=2026-06-17&to=2026-06-17")

        assert rows(page, "flows") == [["17 Jun", "1", "0", "+1"]]
        assert rows(page, "hours")[2][6] == "1"  # Wednesday, the hour that begins at 5

    def test_deleted_and_merged_tickets_are_counted_nowhere(self, as_ana, acting, asked):
        kept, gone, merged = (asked("carl", title) for title in ("Kept", "Gone", "Merged"))
        with acting("ada"):
            ticket_numbered(gone).deleted_at = clock.now()
            ticket_numbered(merged).merged_into_id = ticket_numbered(kept).id

        page = as_ana.get(PAGE)

        assert tile(page, "created").startswith("Created 1")
        assert tile(page, "open").startswith("Open now 1")


class TestPeriods:
    def test_an_empty_desk(self, as_ana):
        page = as_ana.get(PAGE)

        assert page.status == 200
        assert "Nothing is counted here yet." in page.text
        assert tile(page, "created") == "Created 0 no change, was 0"
        assert tile(page, "first-answer") == "First answer, median – nothing in this time"
        assert links(page) == []

    def test_days_to_come(self, as_ana, number):
        page = as_ana.get(f"{PAGE}?from=2190-01-01&to=2190-01-31")

        assert "These days are still to come" in page.text
        assert tile(page, "created") == "Created 0 no change, was 0"
        assert tile(page, "open").startswith("Open now 1")

    @pytest.mark.parametrize(
        "query, parts, first",
        [
            ("days=7", 7, "11 Jun"),
            ("days=91", 14, "19–22 Mar"),
            ("days=364", 13, "19 Jun – 30 Jun 2025"),
            ("from=2016-01-01&to=2026-06-17", 11, "2016"),
            ("from=2026-02-01&to=2026-02-28", 28, "1 Feb"),
            ("from=2025-07-01&to=2026-06-17", 12, "Jul 2025"),
            ("from=2026-06-17", 1, "17 Jun"),
        ],
    )
    def test_long_periods_are_told_in_longer_parts(self, as_ana, query, parts, first):
        with clock.freeze(NOW):
            found = rows(as_ana.get(f"{PAGE}?{query}"), "flows")

        assert (len(found), found[0][0].replace("\u2009", "")) in (
            (parts, first), (parts, first.replace(" – ", "–")), (parts, "19–30 Jun 2025"),
        )  # fmt: skip

    @pytest.mark.parametrize(
        "query, sentence",
        [
            ("from=2026-02-02&to=2026-02-01", "The period ends before it begins."),
            ("from=yesterday", "“yesterday” is no day. Write it like this: 2026-11-22."),
            ("from=1700-01-01&to=2026-01-01", "Choose days between the years 1980 and 2199."),
            ("from=1980-01-01&to=2026-01-01", "The period is longer than forty years."),
            ("days=5", "Choose one of the periods above"),
            ("priority=purple", "“purple” cannot follow “priority”."),
            ("assignee=*@desk.example", "“*@desk.example” may be several people."),
        ],
    )
    def test_what_cannot_be_meant_is_refused_and_kept(self, as_ana, query, sentence):
        page = as_ana.get(f"{PAGE}?{query}")

        assert page.status == 422
        assert sentence in page.text
        assert as_ana.get(f"{PAGE}/flows.csv?{query}").status == 404
        for name, value in re.findall(r"(from|to)=([^&]+)", query):
            assert f'name="{name}" value="{value}"' in page.html


class TestTables:
    def test_each_is_the_same_numbers_as_csv(self, agent):
        page = agent.get(f"{PAGE}?days=28")
        for name in TABLES:
            head, *lines = taken(agent.get(f"{PAGE}/{name}.csv?days=28"))
            assert all(len(line) == len(head) for line in lines)
            if name == "overview":
                continue
            shown = rows(page, name)
            assert len(lines) == len(shown)
            for line, row in zip(lines, shown, strict=True):
                counts = [
                    (a, b) for a, b in zip(line[1:], row[1:], strict=True) if re.fullmatch(r"[\d,]+", b)
                ]
                assert all(int(told) == int(read.replace(",", "")) for told, read in counts)

    def test_times_are_hours_and_names_are_harmless(self, as_ana, acting, busy):
        with acting("ada"):
            db.session.add(evil := Team(name='=HYPERLINK("http://evil.example")'))
            ticket_numbered(busy[0]).team = evil
        with clock.freeze(NOW):
            answer = as_ana.get(f"{PAGE}/teams.csv?days=7")

        assert taken(answer)[0][4:] == [
            "First answer, median (hours)", "First answer, p90 (hours)",
            "Resolution, median (hours)", "Resolution, p90 (hours)",
        ]  # fmt: skip
        assert taken(answer)[1][:5] == ['\'=HYPERLINK("http://evil.example")', "1", "1", "0", "1.5"]
        assert "teams-2026-06-11-2026-06-17.csv" in answer.headers["Content-Disposition"]

    def test_there_is_no_other_table(self, as_ana):
        assert as_ana.get(f"{PAGE}/secrets.csv").status == 404


class TestDefinitions:
    def test_each_is_on_the_page_and_in_the_docs(self, as_ana):
        page, docs = as_ana.get(PAGE).text, " ".join(DOCS.read_text().split())

        for measure in MEASURES.values():
            assert measure.meaning in page
            assert f"**{measure.title}.** {measure.meaning}" in docs
        for sentence in (PERCENTILES, COMPARISON, DAYS):
            assert sentence in page
            assert sentence in docs


class TestRights:
    def test_only_who_sees_every_ticket_sees_numbers_of_them(self, as_ben, as_carl, as_nobody, permitted):
        assert as_ben.get(PAGE).status == 200
        assert PAGE in as_ben.get("/agent/queues/open").html
        permitted("ben", Permission.ANSWER_TICKETS)

        assert as_ben.get(PAGE).status == 403
        assert as_ben.get(f"{PAGE}/flows.csv").status == 403
        assert PAGE not in as_ben.get("/agent/queues/open").html
        assert as_carl.get(PAGE).status == 303
        assert as_nobody.get(PAGE).status == 303


class TestCost:
    @pytest.mark.parametrize("query", ["", "?days=364&team=mine&priority=high", "?assignee=ana@desk.example"])
    def test_statements_are_few_and_read_as_analytics(self, as_ana, cold, busy, asked, query):
        asked("carl", "One more")
        browser = cold(as_ana)
        with counted_statements() as statements:
            assert browser.get(PAGE + query).status == 200

        assert len(statements) <= CEILING + ("@" in query)

    def test_words_are_translated(self, as_ana, busy, pseudo):
        with clock.freeze(NOW):
            page = as_ana.get(PAGE)

        assert untranslated(page.html) == []


def test_numbers_do_not_change_what_they_count(as_ana, facts, busy):
    before = facts(busy[0], Ticket.updated_at, Ticket.version)
    as_ana.get(PAGE)
    assert facts(busy[0], Ticket.updated_at, Ticket.version) == before
