"""People, organizations, preferences and tickets on behalf of somebody in a real browser, with script and without."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.accounts.preferences import Preferences, Theme, preferences_of
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from tests.browser.test_agents import signed_in
from tests.conftest import person_named
from tests.support.chromium import complaints, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


def requesters(desk: RealDesk) -> list[tuple[str, str]]:
    """Title and requester of every ticket."""
    found = desk.rows(select(Ticket.title, User.full_name).join(Ticket.requester).order_by(Ticket.id))
    return [(title, name) for title, name in found]


def offered(page: Page) -> Locator:
    """What the list below the field holds."""
    return page.locator(".options [role=option]")


def id_of(desk: RealDesk, name: str) -> int:
    with desk.doing(name) as person:
        return person.id


def fill_in(page: Page, title: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("Description").fill("He called about it.")


def test_a_ticket_is_opened_by_keyboard_for_somebody_found_while_typing(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    desk.ask("Still open")
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/new")
    field = page.get_by_role("combobox", name="Requester")
    expect(field).to_be_focused()

    page.keyboard.type("custom")
    options = offered(page)
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(field).to_have_value("Carl Customer <carl@customer.example>")
    expect(field).to_be_focused()
    expect(page.get_by_role("note")).to_contain_text("Carl Customer has an open ticket")
    expect(page.get_by_role("note")).to_contain_text("Still open")
    fill_in(page, "He called")
    page.get_by_label("Title").press("Enter")
    page.wait_for_url("**/agent/tickets/HD-*")
    assert requesters(desk)[-1] == ("He called", "Carl Customer")
    assert complaints(page) == []


def test_typing_over_a_choice_forgets_it(browser: Browser, url: str, desk: RealDesk) -> None:
    desk.ask()
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/new?person={id_of(desk, 'carl')}")
    expect(page.get_by_role("note")).to_be_visible()
    field = page.get_by_role("combobox", name="Requester")

    field.fill("olga")
    expect(page.get_by_role("note")).to_have_count(0)
    page.get_by_role("option", name="Olga Other").click()
    fill_in(page, "She called")
    page.get_by_role("button", name="Open the ticket").click()

    page.wait_for_url("**/agent/tickets/HD-*")
    assert requesters(desk)[-1] == ("She called", "Olga Other")


def test_escape_closes_the_list_and_enter_then_sends_the_form(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/new")
    fill_in(page, "He called")
    field = page.get_by_role("combobox", name="Requester")
    field.press_sequentially("nora@else.example")

    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    field.press("Enter")

    page.wait_for_url("**/agent/tickets/HD-*")
    assert requesters(desk) == [("He called", "")]


def test_people_to_read_along_are_added_one_after_another(browser: Browser, url: str, desk: RealDesk) -> None:
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/new")
    field = page.get_by_role("combobox", name="CC")

    field.press_sequentially("cora")
    page.get_by_role("option", name="Cora Colleague").click()
    field.press_sequentially("olg")
    expect(offered(page)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(field).to_have_value("cora@customer.example, olga@stranger.example, ")


def test_the_same_without_script(browser: Browser, url: str, desk: RealDesk) -> None:
    page = signed_in(browser, url, "ana", script=False)
    page.goto(f"{url}/agent/tickets/new")
    page.get_by_label("Requester").fill("cora")
    fill_in(page, "She called")
    page.get_by_label("Came in by").select_option("walk_in")
    page.get_by_role("button", name="Open the ticket").click()

    page.get_by_label("Cora Colleague").check()
    expect(page.get_by_label("Title")).to_have_value("She called")
    page.get_by_role("button", name="Open the ticket").click()

    page.wait_for_url("**/agent/tickets/HD-*")
    assert requesters(desk) == [("She called", "Cora Colleague")]
    assert desk.rows(select(Ticket.via)) == [("walk_in",)]


@pytest.mark.parametrize("script", [True, False])
def test_two_accounts_become_one(browser: Browser, url: str, desk: RealDesk, script: bool) -> None:
    desk.ask()
    page = signed_in(browser, url, "ada", script=script)
    page.goto(f"{url}/agent/people?q=carl")
    page.get_by_role("link", name="Carl Customer").click()
    page.get_by_role("link", name="Merge…").click()

    page.get_by_label("Search people").fill("olga")
    page.get_by_label("Search people").press("Enter")
    page.get_by_role("link", name="Choose Olga Other").click()
    expect(page.get_by_role("main")).to_contain_text("1 ticket becomes theirs.")
    page.get_by_role("button", name="Merge Carl Customer into Olga Other").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Olga Other")
    expect(page.get_by_role("main")).to_contain_text("The printer is on fire")
    assert requesters(desk) == [("The printer is on fire", "Olga Other")]


@pytest.mark.parametrize("script", [True, False])
def test_notes_are_edited_where_they_stand(browser: Browser, url: str, desk: RealDesk, script: bool) -> None:
    page = signed_in(browser, url, "ana", script=script)
    page.goto(f"{url}/agent/people/{id_of(desk, 'carl')}")

    page.locator("summary", has_text="Edit").click()
    page.get_by_label("Notes").fill("Calls at night.")
    page.get_by_role("button", name="Save notes").click()

    expect(page.locator(".remark")).to_have_text("Calls at night.")


def test_colours_are_there_before_the_first_paint_and_in_every_browser(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    page = signed_in(browser, url, "ana")
    page.evaluate("localStorage.setItem('theme', 'light')")
    page.goto(f"{url}/agent/preferences")
    page.get_by_label("Dark").check()
    page.get_by_label("Signature").fill("Best,\nAna")
    expect(page.locator("#signature-preview")).to_have_text("Best,\nAna")
    page.get_by_role("button", name="Save preferences").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    other = signed_in(browser, url, "ana")
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    other.locator("[popovertarget=account]").click()
    with other.expect_response(lambda answer: answer.url.endswith("/theme")):
        other.get_by_role("button", name="Light").click()
    expect(other.locator("html")).to_have_attribute("data-theme", "light")
    other.reload()
    expect(other.locator("html")).to_have_attribute("data-theme", "light")
    with desk.doing("ana") as ana:
        assert preferences_of(ana) == Preferences(theme=Theme.LIGHT)
    assert complaints(page) + complaints(other) == []


def test_the_colours_of_the_menu_without_script(browser: Browser, url: str, desk: RealDesk) -> None:
    page = signed_in(browser, url, "ana", script=False)
    page.goto(f"{url}/agent/people?q=carl")
    page.locator("[popovertarget=account]").click()
    page.get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url == f"{url}/agent/people?q=carl"


@pytest.mark.parametrize("width, scheme", [(1024, "light"), (1024, "dark")])  # 1440 and 390: test_pages.py
def test_every_page_is_accessible_and_quiet(
    browser: Browser, url: str, desk: RealDesk, width: int, scheme: str
) -> None:
    desk.ask()
    with desk.doing("ada"):
        carl, olga = person_named("carl"), person_named("olga")
        carl.notes, carl.signature = "Calls at night.", ""
        ids, organization = (carl.id, olga.id), carl.organization_id
        db.session.flush()
    page = signed_in(browser, url, "ada", width=width, color_scheme=scheme)
    pages = (
        "people",
        "people?q=nobody",
        f"people/{ids[0]}",
        f"people/{ids[0]}/merge?q=o",
        f"people/{ids[0]}/merge?into={ids[1]}",
        "organizations",
        f"organizations/{organization}",
        "preferences",
        f"tickets/new?person={ids[0]}",
    )

    found = []
    for path in pages:
        page.goto(f"{url}/agent/{path}")
        found += [f"{path}: {violation}" for violation in violations(page)]
        assert sideways(page) == 0, path
    page.get_by_role("combobox", name="Requester").fill("cust")
    expect(offered(page).first).to_be_visible()
    found += [f"list: {violation}" for violation in violations(page)]

    assert found == []
    assert complaints(page) == []
