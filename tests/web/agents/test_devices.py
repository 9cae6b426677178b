"""Where somebody who works here is signed in, and how that ends."""

import re

from tests.support.statements import counted_statements


def test_each_browser_is_listed_and_this_one_is_marked(as_ana, browser):
    browser("ana")
    page = as_ana.get("/agent/preferences/devices")

    assert page.html.count('name="device"') == 1
    assert "This browser" in page.text


def test_one_of_them_is_signed_out(as_ana, browser):
    other = browser("ana")
    handle = re.findall(r'name="device"[^>]*value="([^"]+)"', as_ana.get("/agent/preferences/devices").html)[
        0
    ]
    as_ana.post("/agent/preferences/devices/sign-out", {"device": handle})

    assert other.get("/agent").location == "/login?next=/agent"
    assert as_ana.get("/agent/preferences/devices").status == 200


def test_all_others_are_signed_out_at_once(as_ana, browser):
    others = [browser("ana"), browser("ana")]
    as_ana.post("/agent/preferences/devices/sign-out-elsewhere")

    assert [each.get("/agent").location for each in others] == ["/login?next=/agent"] * 2
    assert as_ana.get("/agent/preferences/devices").html.count('name="device"') == 0


def test_of_others_nothing_is_signed_out(as_ana, as_ben, browser):
    browser("ben")
    handle = re.findall(r'name="device"[^>]*value="([^"]+)"', as_ben.get("/agent/preferences/devices").html)[
        0
    ]
    as_ana.post("/agent/preferences/devices/sign-out", {"device": handle})

    assert as_ben.get("/agent/preferences/devices").html.count('name="device"') == 1


def test_the_page_costs_few_statements(as_ana, browser):
    for _ in range(5):
        browser("ana")
    with counted_statements() as seen:
        as_ana.get("/agent/preferences/devices")

    assert len(seen) <= 7, seen
