"""The pages of people who are not signed in, in Chromium: what axe-core finds, how they fit, and what script adds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.setup import mint_setup_token
from helpdesk.settings.catalogue import change_settings
from tests.conftest import person_named
from tests.security.strangers import token_for
from tests.support.cast import PASSWORD
from tests.support.chromium import chromium, complaints, open_page, served, sideways, violations
from tests.support.tally import tally

pytestmark = pytest.mark.browser

PAGES = ["/login", "/register", "/register/sent", "/recover", "/login/link"]
LINKS = {
    "/confirm/": TokenPurpose.CONFIRM_EMAIL,
    "/invitation/": TokenPurpose.INVITATION,
    "/reset/": TokenPurpose.RESET_PASSWORD,
    "/login/link/": TokenPurpose.MAGIC_LINK,
}


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def address(own_app) -> Iterator[str]:
    with served(own_app) as url:
        yield url


def fresh(app, *, is_set_up=True):
    """Tokens as they would come by mail, and one for the setup page."""
    with app.app_context(), current.entering(Via.CLI), unit_of_work():
        carl = person_named("carl")
        paths = [path + token_for(carl, purpose) for path, purpose in LINKS.items()]
        if not is_set_up:
            change_settings(is_set_up=False)
            paths.append(f"/setup/{mint_setup_token()}")
    return paths


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page in both themes."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found += violations(page)
        tally("public pages looked at")
    return found + [f"{sideways(page)} px sideways"] * (sideways(page) > 0)


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_in_the_way_of_anybody(own_app, address, window, width):
    page = open_page(window, width=width)
    wrong = {}
    for path in [*PAGES, *fresh(own_app), *fresh(own_app, is_set_up=False)[-1:], "/login", "/reset/unknown"]:
        page.goto(address + path)
        wrong[path] = looked_at(page)

    assert {path: found for path, found in wrong.items() if found} == {}


def test_refused_forms_are_as_good(own_app, address, window):
    page = open_page(window, width=390, script=True)
    wrong = {}
    for path in ["/login", "/register", "/recover", *fresh(own_app)[:3]]:
        page.goto(address + path)
        page.evaluate("document.querySelector('main form').noValidate = true")
        page.locator("main form button.primary").click()
        page.wait_for_load_state()
        wrong[path] = looked_at(page)
        assert page.locator("[aria-invalid]").count() > 0

    assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.parametrize("script", [True, False])
def test_signing_in_and_out_works_with_and_without_script(address, window, script):
    page = open_page(window, script=script)
    page.goto(f"{address}/portal/tickets/new")
    page.get_by_label("E-mail").fill("carl@customer.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal/tickets/new")
    page.goto(f"{address}/logout")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")

    assert page.get_by_role("heading", name="Welcome back").is_visible()
    assert complaints(page) == []


def test_setup_starts_with_the_zone_of_the_browser(own_app, address, window):
    path = fresh(own_app, is_set_up=False)[-1]
    zones = []
    for zone in ("Asia/Tokyo", "Etc/GMT+3"):
        page = open_page(window, timezone_id=zone)
        page.goto(address + path)
        zones.append(page.get_by_label("Time zone").input_value())

    assert zones == ["Asia/Tokyo", "UTC"]
