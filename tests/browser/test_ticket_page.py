"""A ticket's page in a real browser: it is read, renamed, triaged and followed without leaving it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets import operations
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from tests.browser.test_agents import signed_in
from tests.support.chromium import complaints, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


def doing(desk: RealDesk, name: str, deed: Any, number: str, **more: Any) -> None:
    with desk.doing(name) as person:
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
        deed(ticket, by=person, **more)


def talked_about(desk: RealDesk, times: int = 12) -> str:
    number = desk.ask()
    for each in range(times):
        doing(
            desk, "ben" if each % 2 else "carl", operations.reply, number, content=f"Message {each}.\n\n" * 6
        )
    return number


def look_for_news(page: Page) -> None:
    """As if ten seconds had passed."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


class TestTitle:
    @pytest.mark.parametrize("script", [True, False])
    def test_it_is_edited_where_it_stands(
        self, browser: Browser, url: str, desk: RealDesk, script: bool
    ) -> None:
        number = desk.ask()
        page = signed_in(browser, url, "ana", script=script)
        page.goto(f"{url}/agent/tickets/{number}?in=open")

        if script:
            page.get_by_role("heading", level=1).click()
        else:
            page.locator("#rename > summary").click()
        page.get_by_label("Title", exact=True).fill("Fire in the printer")
        page.get_by_label("Title", exact=True).press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text("Fire in the printer")
        expect(page.locator("#rename input[name=new-title]")).to_be_hidden()
        assert desk.rows(select(Ticket.title)) == [("Fire in the printer",)]
        assert page.url.endswith(f"/agent/tickets/{number}?in=open")

    @pytest.mark.parametrize("script", [True, False])
    def test_two_titles_are_a_question(
        self, browser: Browser, url: str, desk: RealDesk, script: bool
    ) -> None:
        number = desk.ask()
        page = signed_in(browser, url, "ana", script=script)
        page.goto(f"{url}/agent/tickets/{number}")
        doing(desk, "ben", operations.rename, number, title="Smoke")

        page.locator("#rename > summary").click()
        page.get_by_label("Title", exact=True).fill("Fire")
        page.get_by_role("button", name="Save", exact=True).click()

        expect(page.get_by_role("alert")).to_contain_text("Nothing of yours was saved yet")
        expect(page.get_by_label(re.compile("Keep theirs: Smoke"))).to_be_visible()
        page.get_by_label(re.compile("Use mine: Fire")).check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Fire")

    def test_escape_leaves_it_as_it_was(self, browser: Browser, url: str, desk: RealDesk) -> None:
        number = desk.ask()
        page = signed_in(browser, url, "ana")
        page.goto(f"{url}/agent/tickets/{number}")

        page.get_by_label("More for this ticket").click()
        page.get_by_role("link", name="Rename").click()
        page.get_by_label("Title", exact=True).fill("Never mind")
        page.keyboard.press("Escape")

        expect(page.get_by_role("heading", level=1)).to_have_text("The printer is on fire")
        expect(page.locator("#rename > summary")).to_be_focused()
        assert desk.rows(select(Ticket.title)) == [("The printer is on fire",)]


class TestReading:
    def test_it_opens_at_the_line_before_what_is_new(
        self, browser: Browser, url: str, desk: RealDesk
    ) -> None:
        number = talked_about(desk)
        page = signed_in(browser, url, "ana")
        page.goto(f"{url}/agent/tickets/{number}")
        expect(page.locator("#unread")).to_have_count(0)
        doing(desk, "carl", operations.reply, number, content="Still burning.")
        doing(desk, "carl", operations.reply, number, content="And louder.")

        page.goto(f"{url}/agent/tickets/{number}?in=open")

        expect(page.locator("#unread")).to_have_text("New since you were here")
        expect(page.locator("#unread")).to_be_in_viewport()
        expect(page.locator("#unread + .message")).to_contain_text("Still burning.")
        expect(page.get_by_role("link", name="2 new")).to_be_visible()
        page.reload()
        expect(page.locator("#unread")).to_have_count(0)

    def test_what_came_meanwhile_is_offered_and_moves_nothing(
        self, browser: Browser, url: str, desk: RealDesk
    ) -> None:
        number = talked_about(desk)
        page = signed_in(browser, url, "ana")
        page.goto(f"{url}/agent/tickets/{number}")
        page.locator("#comment-3").scroll_into_view_if_needed()
        page.get_by_role("textbox", name="Your text").click()
        page.keyboard.type("Dear Carl")
        place = page.locator("#comment-3").bounding_box()
        doing(desk, "carl", operations.reply, number, content="Still burning.")
        doing(desk, "ben", operations.set_priority, number, to=TicketPriority.URGENT)

        look_for_news(page)

        offer = page.locator("#ticket-news")
        expect(offer).to_contain_text("New message from Carl Customer")
        expect(page.locator(".message")).to_have_count(13)
        assert page.locator("#comment-3").bounding_box() == place
        page.keyboard.type(", use water.")

        offer.get_by_role("button").click()
        expect(page.locator("#unread + .message")).to_contain_text("Still burning.")
        expect(page.locator("#unread")).to_be_in_viewport()
        expect(offer).to_be_hidden()
        expect(page.locator(".ticket-head .priority")).to_contain_text("Urgent")
        expect(page.locator("#reply .text")).to_contain_text("Dear Carl, use water.")

    def test_ones_own_changes_are_no_news(self, browser: Browser, url: str, desk: RealDesk) -> None:
        number = desk.ask()
        page = signed_in(browser, url, "ana")
        page.goto(f"{url}/agent/tickets/{number}")
        page.get_by_label("Priority").select_option("high")
        expect(page.locator(".ticket-head .priority")).to_contain_text("High")

        with page.expect_response(re.compile("/news")) as asked:
            look_for_news(page)

        assert asked.value.status == 304
        doing(desk, "ben", operations.set_priority, number, to=TicketPriority.URGENT)
        look_for_news(page)
        expect(page.locator("#ticket-news")).to_contain_text("Ben Brown set priority from High to Urgent")

    def test_a_link_to_a_message_shows_that_message(self, browser: Browser, url: str, desk: RealDesk) -> None:
        number = talked_about(desk)
        page = signed_in(browser, url, "ana")

        page.goto(f"{url}/agent/tickets/{number}#comment-5")

        expect(page.locator("#comment-5")).to_be_in_viewport()
        page.locator("#comment-6 .moment").click()
        assert page.url.endswith("#comment-6")

    def test_quoted_text_is_folded(self, browser: Browser, url: str, desk: RealDesk) -> None:
        number = desk.ask()
        doing(desk, "carl", operations.reply, number, content="It works.\n\n> Use water.\n> And sand.")
        page = signed_in(browser, url, "ana", script=False)
        page.goto(f"{url}/agent/tickets/{number}")

        quoted = page.locator("#comment-2 .quoted")
        expect(quoted.get_by_text("And sand.")).to_be_hidden()
        quoted.get_by_text("Quoted text, 2 lines").click()
        expect(quoted.get_by_text("And sand.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_one_goes_along_the_list_one_came_from(
    browser: Browser, url: str, desk: RealDesk, script: bool
) -> None:
    numbers = [desk.ask(f"Question {place}") for place in (1, 2, 3)]
    page = signed_in(browser, url, "ana", script=script)
    page.goto(f"{url}/agent/tickets/{numbers[0]}?in=open")

    expect(page.locator(".steps")).to_contain_text("1 of 3")
    expect(page.get_by_role("link", name="Previous ticket")).to_have_count(0)
    page.get_by_role("link", name="Next ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Question 2")
    page.get_by_role("button", name="Take it").click()
    expect(page.locator(".steps")).to_contain_text("2 of 3")
    page.get_by_role("link", name="Next ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Question 3")
    page.get_by_role("link", name="All open").last.click()

    expect(page).to_have_url(re.compile("/agent/queues/open"))


class TestBeside:
    def test_properties_are_saved_as_they_are_chosen(
        self, browser: Browser, url: str, desk: RealDesk
    ) -> None:
        number = desk.ask()
        page = signed_in(browser, url, "ana")
        page.goto(f"{url}/agent/tickets/{number}")
        expect(page.get_by_role("button", name="Save properties")).to_be_hidden()

        page.get_by_label("Assignee").select_option(label="Ben Brown")
        expect(page.locator(".ticket-head .status")).to_contain_text("In progress")
        page.get_by_label("Priority").select_option("urgent")
        page.get_by_label("Due").fill("2026-12-24T18:00")
        page.get_by_label("Due").press("Enter")

        expect(page.locator(".ticket-head .due")).to_contain_text("24 Dec")
        page.locator("#side-history summary").click()
        expect(page.locator(".history")).to_contain_text("set the deadline to 24 Dec 2026, 18:00")
        found = desk.rows(select(Ticket.status, Ticket.priority, Ticket.due_at.is_not(None)))
        assert found == [(TicketStatus.IN_PROGRESS, TicketPriority.URGENT, True)]
        assert page.get_by_label("Priority").input_value() == "urgent"

    def test_focus_stays_where_one_works(self, browser: Browser, url: str, desk: RealDesk) -> None:
        number = desk.ask()
        page = signed_in(browser, url, "ana")
        page.goto(f"{url}/agent/tickets/{number}")

        page.get_by_label("Priority").focus()
        page.get_by_label("Priority").select_option("high")
        expect(page.locator(".ticket-head .priority")).to_contain_text("High")

        expect(page.get_by_label("Priority")).to_be_focused()
        expect(page.get_by_role("button", name=f"Copy {number}")).to_be_visible()

    @pytest.mark.parametrize("script", [True, False])
    def test_tags_come_and_go(self, browser: Browser, url: str, desk: RealDesk, script: bool) -> None:
        other, number = desk.ask(), desk.ask()
        doing(desk, "ben", operations.change_tags, other, add=["smoke"])
        page = signed_in(browser, url, "ana", script=script)
        page.goto(f"{url}/agent/tickets/{number}")

        field = page.get_by_label("Add tags, separated by commas")
        field.click()
        if script:
            expect(page.locator("#known-tags option")).to_have_count(1)
        field.fill("Fire, smoke")
        field.press("Enter")
        expect(page.locator(".side .tag")).to_have_text(["fire", "smoke"])
        if script:
            expect(field).to_be_focused()
        page.get_by_role("button", name="Remove smoke").click()

        expect(page.locator(".side .tag")).to_have_text(["fire"])

    @pytest.mark.parametrize("script", [True, False])
    def test_watchers_come_and_go(self, browser: Browser, url: str, desk: RealDesk, script: bool) -> None:
        number = desk.ask()
        page = signed_in(browser, url, "ana", script=script)
        page.goto(f"{url}/agent/tickets/{number}")
        watchers = page.locator(".watchers li")

        page.get_by_role("button", name="Watch", exact=True).click()
        expect(watchers).to_have_count(1)
        page.get_by_label("A colleague who should watch").select_option(label="Ben Brown")
        page.locator(".add-watcher button").click()
        expect(watchers).to_have_count(2)
        page.get_by_role("button", name="Remove Ben Brown").click()
        expect(watchers).to_have_count(1)
        page.get_by_role("button", name="Stop watching").click()

        expect(watchers).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_is_enough_for_triage(browser: Browser, url: str, desk: RealDesk, scheme: str) -> None:
    number = talked_about(desk, 3)
    doing(desk, "ben", operations.change_tags, number, add=["fire", "smoke"])
    doing(desk, "ben", operations.watch, number)
    page = signed_in(browser, url, "ana", width=390, height=844, color_scheme=scheme)
    page.goto(f"{url}/agent/tickets/{number}?in=open")
    expect(page.locator("#side")).to_be_hidden()
    assert violations(page) == []

    page.get_by_role("button", name=re.compile("Details")).click()
    page.get_by_label("Priority").select_option("high")
    expect(page.locator("#side .priority")).to_have_class(re.compile("high"))
    expect(page.locator("#side")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Back to the conversation").click()

    expect(page.locator(".ticket-head .priority")).to_contain_text("High")
    assert sideways(page) == 0
    assert complaints(page) == []
