"""D01: a text that wants to be a script stays a text, in whatever field it came and on every page that shows it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.security.hostile_desk import Hostile, Watch, hostile_desk, opened
from tests.security.scripts import CORPUS
from tests.support.chromium import chromium, served, signed_in
from tests.support.pages import admin, agents, customers
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

pytestmark = pytest.mark.browser

PER_PAGE = 50


@pytest.fixture
def hostile(own_app: Flask) -> Hostile:
    return hostile_desk(RealDesk(own_app))


@pytest.fixture
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def lists(page: Page, watch: Watch) -> None:
    """Every page of every list, from its first to its last."""
    for path in (
        "/agent/queues/everything",
        "/agent/queues/open?sort=requester",
        "/agent/search?q=alert",
        "/agent/people",
        "/agent/organizations",
        "/admin/people",
        "/admin/tags",
    ):
        watch.visit(page, path)
        for _ in range(len(CORPUS) // PER_PAGE + 3):
            older = page.locator("nav.pager a:last-of-type, nav.pager a[rel=next]").last
            if not older.count() or not (address := older.get_attribute("href")):
                break
            if "after=" not in address:
                break
            watch.visit(page, address)


@pytest.mark.parametrize("has_policy", [False, True], ids=["without our policy", "with it"])
def test_no_script_runs_and_none_tries_to(
    own_app: Flask, hostile: Hostile, chrome: Browser, has_policy: bool
) -> None:
    """Without the policy, so that the first wall has to hold alone; with it, so that a try would be heard of."""
    every = 1 if not has_policy else 20
    with served(own_app) as url:
        watch = Watch(url)
        page = signed_in(chrome, own_app, url, "ada", bypass_csp=not has_policy)
        watch.over(page)
        for each in (*opened(agents.PAGES), *opened(agents.PARTS), *opened(admin.PAGES)):
            watch.visit(page, each.address(hostile.places))
        if not has_policy:
            lists(page, watch)
        for number in hostile.titles[::every]:
            watch.visit(page, f"/agent/tickets/{number}")
        watch.visit_people(page, hostile, every=25 * every)
        page = signed_in(chrome, own_app, url, "carl", bypass_csp=not has_policy)
        watch.over(page)
        for each in opened(customers.PAGES):
            watch.visit(page, each.address(hostile.places))
    tally("texts that want to be scripts", len(CORPUS))
    tally("pages that showed such texts in Chromium", watch.pages)

    assert watch.seen == []
    assert len(set(CORPUS)) >= 500
