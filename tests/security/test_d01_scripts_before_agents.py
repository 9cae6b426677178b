"""D01 for agents and customers: on every page of theirs a text that wants to be a script stays a text. Without our
content security policy, so that the first wall has to hold alone."""

import pytest
from flask import Flask

from tests.security.hostile_desk import Watch, hostile_desk, opened
from tests.support.chromium import chromium, served, signed_in
from tests.support.pages import agents, customers
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

pytestmark = pytest.mark.browser


def test_no_script_runs_before_agents_and_customers(own_app: Flask) -> None:
    hostile = hostile_desk(RealDesk(own_app))
    with served(own_app) as url, chromium() as chrome:
        watch = Watch(url)
        page = signed_in(chrome, own_app, url, "ana", bypass_csp=True)
        watch.over(page)
        for each in (*opened(agents.PAGES), *opened(agents.PARTS)):
            watch.visit(page, each.address(hostile.places))
        for number in hostile.titles[::10]:
            watch.visit(page, f"/agent/tickets/{number}")
        for reader in ("carl", "mona"):
            page = signed_in(chrome, own_app, url, reader, bypass_csp=True)
            watch.over(page)
            for each in opened(customers.PAGES):
                watch.visit(page, each.address(hostile.places))
    tally("pages that showed such texts in Chromium to agents and customers", watch.pages)
    tally("scripts that ran before agents and customers, or tried to", len(watch.seen))

    assert watch.seen == []
