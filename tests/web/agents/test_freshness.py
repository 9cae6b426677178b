"""A list that stays up to date: asked again it answers 304 until something it shows may have changed."""

import re
from datetime import timedelta

import pytest

from helpdesk.core import clock
from helpdesk.tickets.operations import change_tags, delete, note, reply, resolve, set_priority, take
from helpdesk.tickets.operations.reading import mark_read
from tests.support.statements import counted_statements
from tests.web.agents.test_queues import titles

ADDRESS = "/agent/queues/open"
QUIET = 4  # role, session, switch, stamp


def version(page):
    return re.search(r'data-version="(\w+)"', page.html).group(1)


def ask(browser, version, address=ADDRESS):
    return browser.get(address, headers={"X-Polling": "true", "If-None-Match": f'"{version}"'})


@pytest.fixture(autouse=True)
def noon():
    moment = clock.now().replace(hour=12, minute=0, second=7, microsecond=0)
    with clock.freeze(moment):
        yield moment


def test_nothing_new_is_nothing_sent(as_ana, number):
    seen = version(as_ana.get(ADDRESS))

    with counted_statements() as statements:
        answer = ask(as_ana, seen)

    assert (answer.status, answer.html) == (304, "")
    assert len(statements) == QUIET


def test_whoever_does_not_poll_gets_the_page(as_ana, number):
    seen = version(as_ana.get(ADDRESS))

    assert as_ana.get(ADDRESS, headers={"If-None-Match": f'"{seen}"'}).status == 200


@pytest.mark.parametrize(
    "operation, more",
    [
        (take, {}),
        (resolve, {}),
        (delete, {}),
        (set_priority, {"to": "urgent"}),
        (reply, {"content": "Use water."}),
        (note, {"content": "Hm."}),
        (change_tags, {"add": ["vip"]}),
    ],
)
def test_whatever_changes_a_row_is_news(as_ana, asked, deed, noon, operation, more):
    number = asked()
    seen = version(as_ana.get(ADDRESS))

    with clock.freeze(noon + timedelta(seconds=1)):
        deed("ada", operation, number, **more)
        answer = ask(as_ana, seen)

    assert answer.status == 200
    assert version(answer) != seen


def test_a_new_ticket_is_news(as_ana, asked, noon):
    seen = version(as_ana.get(ADDRESS))

    with clock.freeze(noon + timedelta(seconds=1)):
        asked(title="new")
        answer = ask(as_ana, seen)

    assert titles(answer) == ["new"]


def test_ones_own_reading_is_news_to_oneself_alone(as_ana, as_ben, asked, deed):
    number = asked()
    seen = {browser: version(browser.get(ADDRESS)) for browser in (as_ana, as_ben)}
    assert 'class="ticket unread"' in as_ana.get(ADDRESS).html

    deed("ana", mark_read, number)

    assert 'class="ticket"' in ask(as_ana, seen[as_ana]).html
    assert ask(as_ben, seen[as_ben]).status == 304


def test_looking_at_a_list_reads_nothing(as_ana, asked):
    asked()
    seen = version(as_ana.get(ADDRESS))

    assert ask(as_ana, seen).status == 304
    assert 'class="ticket unread"' in as_ana.get(ADDRESS).html


def test_the_next_minute_is_news_for_what_the_clock_changes(as_ana, number, noon):
    seen = version(as_ana.get(ADDRESS))

    with clock.freeze(noon + timedelta(minutes=1)):
        assert ask(as_ana, seen).status == 200
