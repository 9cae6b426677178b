"""Proving once more who one is, and looking at the desk as somebody else, in a browser with and without scripts."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from tests.browser.test_agents import signed_in
from tests.support.cast import PASSWORD
from tests.support.chromium import complaints, open_page, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


def forget_proofs(desk: RealDesk) -> None:
    """It was long ago that anybody proved who they are."""
    with desk.doing("ada"):
        db.session.execute(
            update(SignInSession).values(proven_at=None), execution_options={"synchronize_session": False}
        )


def clean(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in both themes, wide and narrow."""
    found = []
    looks: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found += [*violations(page), *(["scrolls sideways"] if sideways(page) else [])]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    return [*found, *complaints(page)]


@pytest.mark.parametrize("script", [True, False])
def test_a_proof_a_look_and_the_way_back(browser: Browser, url: str, desk: RealDesk, script: bool) -> None:
    number = desk.ask("The scanner beeps")
    ada = signed_in(browser, url, "ada") if script else without_script(browser, url)
    forget_proofs(desk)

    ada.goto(f"{url}/admin/people")
    ada.get_by_role("link", name="Carl Customer", exact=True).first.click()
    ada.get_by_role("link", name="Look at the desk as them…").click()
    expect(ada.get_by_role("heading", name="Is it you?")).to_be_visible()
    if script:
        assert clean(ada) == []
    ada.get_by_label("Your password").fill(PASSWORD)
    ada.get_by_role("button", name="Go on").click()
    ada.get_by_label("Why").fill(f"{number}: he sees no answer")
    if script:
        assert clean(ada) == []
    ada.get_by_role("button", name="Look at the desk").click()

    expect(ada.locator("#impersonation")).to_contain_text("You look at the desk as Carl Customer.")
    if script:
        assert clean(ada) == []
    ada.goto(f"{url}/portal/tickets/{number}")
    expect(ada.locator("#impersonation")).to_be_visible()
    ada.goto(f"{url}/portal/profile")
    expect(ada.get_by_role("heading", name="Where you are signed in")).to_have_count(0)

    ada.get_by_role("button", name="Stop").click()
    expect(ada.get_by_text("You are yourself again.")).to_be_visible()
    expect(ada.locator("#impersonation")).to_have_count(0)


def test_staff_see_where_they_are_signed_in(browser: Browser, url: str, desk: RealDesk) -> None:
    desk.browser("ana")
    ana = signed_in(browser, url, "ana")
    ana.goto(f"{url}/agent/preferences/devices")
    assert clean(ana) == []
    ana.get_by_role("button", name="Sign out everywhere else").click()

    expect(ana.get_by_text("You are signed out everywhere else.")).to_be_visible()


def without_script(browser: Browser, url: str) -> Page:
    page = open_page(browser, script=False)
    page.goto(f"{url}/login")
    page.get_by_label("E-mail").fill("ada@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page
