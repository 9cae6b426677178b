"""E07: the news of a ticket, the one channel beside its page, tell who works here nothing that the page would not; and
there is no other: no feed, no calendar, no socket."""

import re

import pytest

from tests.security.actors import STAFF
from tests.security.canaries import OUTSIDERS
from tests.security.matrix import Asking
from tests.security.things import world
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

OTHERS = re.compile(
    r"rss|atom|feed|ical|\.ics|calendar|socket|\bws\b|stream|events?\b|graphql|\bapi\b", re.IGNORECASE
)


def way_of(answer):
    """Where it leads, without what it says about where one wanted to go."""
    return (answer.location or "").partition("?")[0]


@pytest.mark.parametrize("actor", [*STAFF, *OUTSIDERS])
def test_news_are_told_to_whom_the_page_is_shown(app, transaction, actor):
    desk = RealDesk(app)
    places = world(desk)
    ask = Asking(desk, places, actor)
    for thing in ("own", "foreign", "deleted"):
        path = f"/agent/tickets/{places[thing]}"
        page, news = ask.get(path), ask.get(f"{path}/news?seen=1-1-0-1")
        tally("news compared with their page")

        assert news.status == page.status, thing
        if news.status == 200:
            assert actor in STAFF
            for name in re.findall(r"from (.*)", news.response.get_json()["words"]):
                for each in re.split(r", (?:and )?| and ", name):
                    assert each in page.text
        else:
            assert way_of(news) == way_of(page)
            assert places[thing] not in news.html.replace(path, "")


def test_there_is_no_other_channel(app):
    rules = list(app.url_map.iter_rules())

    assert [rule.rule for rule in rules if rule.websocket] == []
    assert [rule.rule for rule in rules if OTHERS.search(rule.rule)] == []
    assert [rule.endpoint for rule in rules if "news" in rule.endpoint] == ["agents.news.show"]
