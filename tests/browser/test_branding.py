"""Branding and settings in a real browser: what an administrator chooses is what customers see; a setting is found."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from helpdesk.settings.catalogue import load_desk
from tests.browser.test_agents import signed_in
from tests.support.cast import PASSWORD, PEOPLE
from tests.support.chromium import complaints, open_page, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser

VIOLET, IN_RGB = "#6d28d9", "rgb(109, 40, 217)"


def logo() -> bytes:
    made = BytesIO()
    Image.new("RGBA", (200, 200), (109, 40, 217, 255)).save(made, "PNG")
    return made.getvalue()


def test_name_logo_and_colour_appear_to_customers(browser: Browser, url: str, desk: RealDesk) -> None:
    page = signed_in(browser, url, "ada")
    page.goto(f"{url}/admin/branding")
    page.get_by_role("textbox", name="Name of the desk").fill("Velorna")
    page.get_by_role("textbox", name="Footer").fill("Harbour street 1")
    page.locator("#logo").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": logo()})

    # a colour nobody can read is said while it is typed, and refused
    page.locator("#accent_color").fill("#ffd400")
    expect(page.locator("#preview")).to_contain_text("Below you see #826b04, the nearest that passes.")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("#accent_color-error")).to_contain_text("is hard to read")
    with desk.doing("ada"):
        assert load_desk().accent_color == ""
    assert violations(page) == []

    # one that can be read shows what it will look like, and is taken
    page.locator("#accent_color").fill(VIOLET)
    sample = page.locator(".sample.light .button.primary")
    expect(sample).to_have_css("background-color", IN_RGB)
    page.locator("#logo").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": logo()})
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Saved. Customers see it from now on.")).to_be_visible()
    assert complaints(page) == [] or all("422" in each for each in complaints(page))

    stranger = open_page(browser, width=390)
    stranger.goto(f"{url}/login")
    expect(stranger.locator(".brand")).to_contain_text("Velorna")
    expect(stranger.locator(".brand img")).to_have_js_property("naturalWidth", 192)
    expect(stranger.get_by_role("button", name="Sign in")).to_have_css("background-color", IN_RGB)
    expect(stranger.get_by_text("Harbour street 1")).to_be_visible()
    assert violations(stranger) == []
    assert not sideways(stranger)
    assert complaints(stranger) == []

    customer = open_page(browser)
    customer.goto(f"{url}/login?next=/portal/tickets")
    customer.get_by_label("E-mail").fill(PEOPLE["carl"])
    customer.get_by_role("textbox", name="Password").fill(PASSWORD)
    customer.get_by_role("button", name="Sign in").click()
    customer.wait_for_url("**/portal/**")
    expect(customer.locator(".brand")).to_contain_text("Velorna")
    expect(customer.locator(".brand img")).to_be_visible()
    expect(customer.locator(".portal-foot")).to_contain_text("Harbour street 1")
    customer.emulate_media(color_scheme="dark")
    assert violations(customer) == []
    assert complaints(customer) == []


def test_a_setting_is_found_changed_and_reset(browser: Browser, url: str, desk: RealDesk) -> None:
    page = signed_in(browser, url, "ada", script=False)
    page.goto(f"{url}/admin")
    page.get_by_label("Search settings and pages").fill("follow-up")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Customers may reopen for").click()
    expect(page).to_have_url(f"{url}/admin/settings#setting-reopen_days")

    page.get_by_label("Customers may reopen for").fill("30")
    page.get_by_label("Customers may reopen for").press("Enter")
    expect(page.get_by_text("Default: 14 days")).to_be_visible()
    with desk.doing("ada"):
        assert load_desk().reopen_days == 30

    page.get_by_role("button", name="Reset “Customers may reopen for”").click()
    expect(page.get_by_text("Default: 14 days")).to_have_count(0)
    with desk.doing("ada"):
        assert load_desk().reopen_days == 14
