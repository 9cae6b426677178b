"""Searches and statistics are limited for each person; a page that takes too long ends with a sentence."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.settings.catalogue import change_settings
from helpdesk.web.agents import search
from tests.support.statements import counted_statements

PAGES = ["/agent/search?q=lock", "/admin/people?q=carl", "/agent/statistics"]


@pytest.fixture
def few(acting):
    with acting("ada"):
        change_settings(most_searches_a_minute=3, most_statistics_a_minute=3)


def test_a_desk_without_limits_counts_nothing(as_ada, acting):
    with acting("ada"):
        change_settings(most_searches_a_minute=0)

    with counted_statements() as statements:
        assert as_ada.get("/agent/search?q=lock").status == 200

    assert [each for each in statements if "request_rates" in each] == []


@pytest.mark.parametrize("path", PAGES)
def test_the_fourth_is_one_too_many_until_the_minute_is_over(as_ada, few, path):
    with clock.freeze(clock.now()):
        first = [as_ada.get(path).status for _ in range(5)]
    with clock.freeze(clock.now() + timedelta(minutes=1, seconds=1)):
        later = as_ada.get(path).status

    assert first == [200, 200, 200, 429, 429]
    assert later == 200


def test_the_page_says_when_to_go_on(as_ada, few):
    with clock.freeze(clock.now()):
        refused = [as_ada.get("/agent/search?q=lock") for _ in range(4)][-1]

    assert "This page was asked for very often within a minute." in refused.text
    assert refused.headers["Retry-After"] == "61"


def test_everybody_is_counted_by_themselves(as_ada, as_ana, few):
    with clock.freeze(clock.now()):
        assert [as_ada.get("/agent/search?q=lock").status for _ in range(4)][-1] == 429
        assert as_ana.get("/agent/search?q=lock").status == 200


def test_what_is_not_searched_is_not_counted(as_ada, few):
    for path in ("/agent/search?q=", "/agent/queues/unassigned", "/admin/people"):
        assert [as_ada.get(path).status for _ in range(5)] == [200] * 5


def test_counting_costs_one_statement(as_ana):
    as_ana.get("/agent/queues/unassigned")
    with counted_statements() as statements:
        as_ana.get("/agent/search?q=lock")

    assert len([each for each in statements if "request_rates" in each]) == 1


@pytest.mark.parametrize(
    "setting, statement, title",
    [
        ("statement_timeout", "select pg_sleep(5)", "That took too long"),
        (None, None, "The desk is not available right now"),
    ],
)
def test_a_database_that_gives_no_answer_is_a_page_without_its_words(
    as_ana, monkeypatch, setting, statement, title
):
    def fail(*_):
        if statement is None:
            raise OperationalError("select secret", {}, Exception("connection to /var/secret refused"))
        db.session.execute(text(f"set local {setting} = '50ms'"))
        db.session.execute(text(statement))

    monkeypatch.setattr(search, "show_list", fail)

    page = as_ana.get("/agent/search?q=lock")

    assert page.status == 503
    assert title in page.text
    assert "secret" not in page.text
