"""Signing in and setting up in Chromium: with and without script. How the pages look, test_pages.py sees."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.identity.operations.setup import mint_setup_token
from helpdesk.settings.catalogue import change_settings
from tests.support.cast import PASSWORD
from tests.support.chromium import chromium, complaints, open_page, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def address(own_app) -> Iterator[str]:
    with served(own_app) as url:
        yield url


def setup_path(app):
    """The address a desk that nobody has set up yet prints on its console."""
    with app.app_context(), current.entering(Via.CLI), unit_of_work():
        change_settings(is_set_up=False)
        return f"/setup/{mint_setup_token()}"


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
    path = setup_path(own_app)
    zones = []
    for zone in ("Asia/Tokyo", "Etc/GMT+3"):
        page = open_page(window, timezone_id=zone)
        page.goto(address + path)
        zones.append(page.get_by_label("Time zone").input_value())

    assert zones == ["Asia/Tokyo", "UTC"]
