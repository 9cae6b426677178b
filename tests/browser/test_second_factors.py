"""Second factors in Chromium: an app without JavaScript, and passkeys with the virtual authenticator (CDP WebAuthn)."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from helpdesk.accounts.models import Role
from helpdesk.core.db import db
from helpdesk.settings.catalogue import change_settings
from tests.support.cast import PASSWORD, PEOPLE
from tests.support.chromium import complaints, open_page, sideways, signed_in, violations
from tests.support.factors import code_now, wrong_code
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser

QUEUE = re.compile(r"/agent/queues/")


@pytest.fixture
def here(desk: RealDesk, url: str) -> str:
    """The desk under a name: passkeys belong to none below a bare address."""
    named = f"http://localhost:{urlsplit(url).port}"
    with desk.doing("ada"):
        change_settings(base_url=named)
    return named


def with_key(page: Page, *, verifies: bool = True) -> str:
    """A passkey on the machine that says yes to everything. Returns its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal" if verifies else "usb",
        "hasResidentKey": verifies,
        "hasUserVerification": verifies,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(added["authenticatorId"])


def sign_in(page: Page, here: str, name: str) -> None:
    page.goto(here + "/login")
    page.get_by_label("E-mail").fill(PEOPLE[name])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def is_in_order(page: Page) -> None:
    """Nothing complained but of refused forms, axe finds nothing, and on a narrow phone nothing scrolls sideways."""
    assert [each for each in complaints(page) if "status of 422" not in each] == []
    assert violations(page) == []
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    assert sideways(page) == 0
    if before:
        page.set_viewport_size(before)


def test_a_passkey_is_added_asked_for_and_signs_in_alone(browser: Browser, desk: RealDesk, here: str) -> None:
    page = signed_in(browser, desk.app, here, "ana")
    with_key(page)
    page.goto(here + "/agent/preferences")
    page.get_by_role("link", name="Second factors").click()
    is_in_order(page)
    page.get_by_role("link", name="Add a passkey").click()
    is_in_order(page)
    page.get_by_label("Name of the passkey").fill("Blue <key>")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    is_in_order(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#passkeys")).to_contain_text("Blue <key>")
    is_in_order(page)

    page.goto(here + "/logout")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, here, "ana")
    expect(page.get_by_role("heading", name="One more proof")).to_be_visible()
    is_in_order(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(QUEUE)

    page.goto(here + "/logout")
    page.get_by_role("button", name="Sign out").click()
    page.goto(here + "/login?next=/agent/preferences/security")
    is_in_order(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(here + "/agent/preferences/security")

    page.get_by_role("link", name="Remove Blue <key>").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()


def test_a_security_key_without_a_pin_is_a_second_factor(browser: Browser, desk: RealDesk, here: str) -> None:
    page = signed_in(browser, desk.app, here, "carl")
    with_key(page, verifies=False)
    page.goto(here + "/portal/profile/security")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Stick")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.goto(here + "/logout")
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, here, "carl")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(here + "/portal/tickets")


def test_an_app_is_set_up_and_asked_for_without_javascript(
    browser: Browser, desk: RealDesk, here: str
) -> None:
    with desk.doing("ada") as ada:
        db.session.get_one(Role, ada.role_id).needs_second_factor = True
    page = open_page(browser, script=False, width=390)
    sign_in(page, here, "ada")
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    secret = page.locator(".secret-text code").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(wrong_code(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_text("This is not the code of the moment.")).to_be_visible()
    page.get_by_label("Code").fill(code_now(secret, steps=-1))
    page.get_by_role("button", name="Add the app").click()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as text").click()
    assert codes[0] in download.value.path().read_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(QUEUE)

    for code in (code_now(secret), codes[3]):
        page.goto(here + "/logout")
        page.get_by_role("button", name="Sign out").click()
        sign_in(page, here, "ada")
        page.get_by_label("Code").fill(f" {code} ")
        page.get_by_role("button", name="Go on").click()
        expect(page).to_have_url(QUEUE)
    page.goto(here + "/agent/preferences/security")
    expect(page.locator("#recovery-codes")).to_contain_text("9 codes are left.")
