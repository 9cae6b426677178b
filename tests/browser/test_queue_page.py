"""The queue page in a real browser: narrowed with and without script, and up to date without moving under the hand."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket, TicketPriority
from helpdesk.tickets.operations import change_tags, resolve, set_priority
from tests.browser.test_triage import signed_in
from tests.support.chromium import complaints, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser

OPEN = "/agent/queues/open"


def ticket(number: str) -> Ticket:
    return db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()


def change(desk: RealDesk, number: str, operation: object, **more: object) -> None:
    with desk.doing("ben") as ben:
        operation(ticket(number), by=ben, **more)  # type: ignore[operator]  # any operation of a ticket


def titles(page: Page) -> list[str]:
    return page.locator(".ticket .title").all_inner_texts()


def expect_titles(page: Page, *expected: str) -> None:
    expect(page.locator(".ticket .title")).to_have_text(expected)


def poll(page: Page) -> int:
    """Ten seconds later: the page asks. Returns the status of the answer."""
    with page.expect_response(lambda answer: answer.request.headers.get("x-polling") == "true") as asked:
        page.clock.run_for(10_500)
    page.wait_for_timeout(100)
    return asked.value.status


def opened(browser: Browser, url: str, address: str, **options: object) -> Page:
    page = signed_in(browser, url, "ana", **options)
    page.clock.install()
    page.goto(url + address)
    page.mouse.move(5, 5)
    return page


class TestUpToDate:
    def test_what_changed_in_a_row_is_written_where_it_stands(
        self, browser: Browser, url: str, desk: RealDesk
    ) -> None:
        first, _second = desk.ask("First"), desk.ask("Second")
        page = opened(browser, url, f"{OPEN}?sort=number")
        page.locator(f"#{first} .check").check()
        page.locator(f"#{first} .title").focus()
        page.locator("#list").evaluate("list => { list.querySelector('tr.ticket').mine = true }")

        change(desk, first, set_priority, to=TicketPriority.URGENT)
        change(desk, first, change_tags, add=["hot"])
        poll(page)

        expect(page.locator(f"#{first} .priority")).to_have_text("Urgent")
        expect(page.locator(f"#{first} .priority")).to_have_class("priority urgent")
        expect(page.locator(f"#{first} .title")).to_be_focused()
        expect(page.locator(f"#{first} .check")).to_be_checked()
        assert page.locator("#list").evaluate("list => list.querySelector('tr.ticket').mine")
        assert page.locator("#list-news").is_hidden()
        page.locator("body").click(position={"x": 5, "y": 5})
        page.locator(f"#{first} .title").blur()
        page.clock.run_for(61_000)
        expect(page.locator(f"#{first} .tag")).to_have_text("hot")
        assert complaints(page) == []

    def test_new_tickets_wait_while_the_pointer_is_in_the_list(
        self, browser: Browser, url: str, desk: RealDesk
    ) -> None:
        gone = desk.ask("Gone soon")
        stays = desk.ask("Stays")
        page = opened(browser, url, OPEN)
        row = page.locator(f"#{stays}")
        row.hover()
        before = row.bounding_box()

        change(desk, gone, resolve)
        desk.ask("New")
        poll(page)

        expect(page.get_by_role("button", name="Show 2 changes")).to_be_visible()
        assert sorted(titles(page)) == ["Gone soon", "Stays"]
        assert row.bounding_box() == before
        expect(page.locator('.nav-item[href$="/open"] .count')).to_have_text("2")
        page.get_by_role("button", name="Show 2 changes").click()
        assert sorted(titles(page)) == ["New", "Stays"]
        expect(page.locator("#list")).to_be_focused()
        assert page.locator("#list-news").is_hidden()

    def test_they_come_by_themselves_when_nobody_is_there(
        self, browser: Browser, url: str, desk: RealDesk
    ) -> None:
        page = opened(browser, url, OPEN)
        expect(page.get_by_text("No ticket is open")).to_be_visible()

        desk.ask("New")
        poll(page)

        assert titles(page) == ["New"]
        expect(page).to_have_title(re.compile(r"^All open \(1\)"))
        expect(page.locator("h1")).to_have_text(re.compile(r"All open\s+1"))

    def test_nothing_new_costs_an_empty_answer(self, browser: Browser, url: str, desk: RealDesk) -> None:
        desk.ask()
        page = opened(browser, url, OPEN)

        assert 304 in [poll(page) for _ in range(3)]

    def test_the_button_moves_nothing(self, browser: Browser, url: str, desk: RealDesk) -> None:
        desk.ask()
        page = opened(browser, url, OPEN)
        marked = "h1, .search, .toolbar, thead, tr.ticket"
        places = (
            f"[...document.querySelectorAll('{marked}')].map(e => JSON.stringify(e.getBoundingClientRect()))"
        )
        before = page.evaluate(places)

        page.evaluate("document.getElementById('list-news').hidden = false")

        assert page.evaluate(places) == before
        box, search = page.locator("#list-news").bounding_box(), page.locator(".search").bounding_box()
        assert box
        assert search
        assert box["height"] < 40
        assert box["x"] + box["width"] < search["x"]


class TestFilter:
    @pytest.mark.parametrize("script", [True, False])
    def test_terms_are_chosen_typed_and_taken_off(
        self, browser: Browser, url: str, desk: RealDesk, script: bool
    ) -> None:
        desk.ask("Printer burns")
        change(desk, desk.ask("Printer smokes"), change_tags, add=["vip"])
        page = signed_in(browser, url, "ana", script=script)
        page.goto(url + OPEN)

        page.locator(".toolbar summary").click()
        page.get_by_label("Tag", exact=True).first.select_option("vip")
        page.get_by_role("button", name="Apply").click()
        expect_titles(page, "Printer smokes")
        page.get_by_label("Words or terms").fill("printer -smokes")
        page.get_by_label("Words or terms").press("Enter")
        expect_titles(page)
        page.get_by_role("link", name="Remove Tag: vip").click()
        expect_titles(page, "Printer burns")
        page.get_by_role("link", name="Clear").click()
        expect_titles(page, "Printer burns", "Printer smokes")
        page.get_by_role("link", name="Ticket", exact=True).click()
        expect(page.locator('[aria-sort="descending"]')).to_have_text("Ticket")

    def test_a_mistake_is_named_at_the_field(self, browser: Browser, url: str, desk: RealDesk) -> None:
        desk.ask()
        page = signed_in(browser, url, "ana")
        page.goto(f"{url}{OPEN}?q=statsu:open")

        expect(page.get_by_label("Words or terms")).to_have_accessible_description(
            re.compile("Did you mean “status:”")
        )
        assert len(titles(page)) == 1

    def test_the_search_on_top_jumps_to_a_number(self, browser: Browser, url: str, desk: RealDesk) -> None:
        number = desk.ask()
        page = signed_in(browser, url, "ana")

        page.keyboard.press("/")
        page.keyboard.type(number.removeprefix("HD-"))
        page.keyboard.press("Enter")

        page.wait_for_url(f"**/agent/tickets/{number}")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(browser: Browser, url: str, desk: RealDesk, width: int, scheme: str) -> None:
    change(
        desk,
        desk.ask("A long title that has to be cut off somewhere, and goes on and on"),
        change_tags,
        add=["vip"],
    )
    page = signed_in(browser, url, "ana", width=width, color_scheme=scheme)
    for address in (f"{OPEN}?q=status:open+-tag:x+created<9d", f"{OPEN}?q=statsu:open", "/agent/search"):
        page.goto(url + address)
        if address != "/agent/search":
            page.locator(".toolbar summary").click()
        assert violations(page) == [], address
        assert sideways(page) == 0, address
