"""An agent's ten minutes by keyboard alone: a queue, many tickets at once, the search, an answer, the next ticket."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from helpdesk.accounts.shortcuts import choose_keys
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from tests.browser.test_triage import assigned, focused_row, signed_in, told
from tests.conftest import person_named
from tests.support.chromium import complaints, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


def keys(page: Page, *pressed: str) -> None:
    page.wait_for_load_state()  # who presses a key sees a page that listens
    for key in pressed:
        page.keyboard.press(key)


def status_of(desk: RealDesk, number: str) -> TicketStatus:
    return TicketStatus(desk.rows(select(Ticket.status).where(Ticket.ticket_number == number))[0][0])


def test_ten_minutes_by_keyboard_alone(browser: Browser, url: str, desk: RealDesk) -> None:
    for place in range(1, 7):
        desk.ask(f"Printer {place}")
    kettle = desk.ask("The kettle leaks")
    page = signed_in(browser, url, "ana")

    # a queue, by its name in the palette
    keys(page, "Control+k")
    palette = page.get_by_role("dialog", name="Command palette")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("all open")
    expect(palette.get_by_role("option", name="All open").first).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    keys(page, "Enter")
    page.wait_for_url("**/queues/open")

    # three tickets, to a colleague at once
    keys(page, "j", "x", "j", "j", "Shift+X")
    expect(page.locator(".bulk .said")).to_contain_text("3 selected")
    keys(page, "a")
    expect(page.locator(".bulk details[open] .menu-item").first).to_be_focused()
    keys(page, "b", "Enter")  # Ben Brown
    expect(told(page)).to_contain_text("3 tickets assigned to Ben Brown.")
    assert assigned(desk) == 3

    # and back again
    keys(page, "u")
    expect(told(page)).to_contain_text("3 tickets are as they were before.")
    assert assigned(desk) == 0

    # the search says what it may mean; the arrow and Enter lead there
    keys(page, "/")
    page.keyboard.type("kett")
    box = page.get_by_role("combobox", name=re.compile("Search tickets"))
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option", name=re.compile("The kettle leaks"))).to_be_visible()
    keys(page, "ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "find-options-0")
    keys(page, "Enter")
    page.wait_for_url(f"**/tickets/{kettle}*")

    # the answer, and the next one: first by the list
    keys(page, "b")
    page.wait_for_url("**/queues/**")
    keys(page, "g", "a")
    page.wait_for_url("**/queues/open")
    keys(page, "j")
    first = focused_row(page).removeprefix("ticket-")
    keys(page, "o")
    page.wait_for_url(f"**/tickets/{first}*")
    keys(page, "r")
    expect(page.locator(".composer trix-editor")).to_be_focused()
    page.keyboard.type("Please use water.", delay=20)
    expect(page.locator(".composer trix-editor")).to_have_text("Please use water.")
    keys(page, "Control+Shift+Enter")
    page.wait_for_url(lambda address: "/tickets/" in address and first not in address)
    second = page.url.partition("/tickets/")[2].partition("?")[0]
    keys(page, "Shift+E")
    asked = page.get_by_role("dialog", name=re.compile("Resolve HD-.* and open the next"))
    expect(asked.get_by_role("link", name="Stay here")).to_be_focused()
    assert violations(page) == []
    keys(page, "Escape")
    expect(asked).to_be_hidden()
    assert status_of(desk, second) is not TicketStatus.RESOLVED
    keys(page, "Shift+E", "Tab", "Enter")
    page.wait_for_url(lambda address: "/tickets/" in address and second not in address)

    assert desk.rows(select(Comment.content).where(~Comment.is_opening)) == [("Please use water.",)]
    assert status_of(desk, second) is TicketStatus.RESOLVED
    assert complaints(page) == []


def test_a_note_on_many_tickets_by_keyboard(browser: Browser, url: str, desk: RealDesk) -> None:
    for place in range(1, 4):
        desk.ask(f"Printer {place}")
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")

    keys(page, "j", "x", "j", "x", "c")
    page.wait_for_url("**/bulk-edits/new**")
    expect(page.get_by_role("textbox", name="Your text")).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("The supplier knows of it.")
    keys(page, "Control+Enter")
    page.wait_for_url("**/queues/open")

    expect(told(page)).to_contain_text("2 tickets have the note.")
    notes = select(Comment.content).where(Comment.is_internal)
    assert desk.rows(notes) == [("The supplier knows of it.",)] * 2
    assert complaints(page) == []


def test_an_answer_on_many_tickets_by_keyboard(browser: Browser, url: str, desk: RealDesk) -> None:
    for place in range(1, 3):
        desk.ask(f"Printer {place}")
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")

    keys(page, "*", "a", "r")
    page.wait_for_url("**/bulk-edits/new**")
    page.keyboard.type("It prints again.")
    keys(page, "Control+Enter")
    send = page.get_by_role("button", name="Reply on 2 tickets")
    expect(send).to_be_focused()
    assert violations(page) == []
    assert desk.rows(select(func.count()).select_from(Comment)) == [(2,)]
    keys(page, "Enter")
    page.wait_for_url("**/queues/open")

    expect(told(page)).to_contain_text("2 answers are on their way.")
    answers = select(Comment.content).where(~Comment.is_opening)
    assert desk.rows(answers) == [("It prints again.",)] * 2
    assert complaints(page) == []


def test_keys_of_ones_own_and_their_list(browser: Browser, url: str, desk: RealDesk) -> None:
    desk.ask("Printer")
    with desk.doing("ana"):
        choose_keys(person_named("ana"), {"next": "q", "previous": "", "go_open": "z z"})
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/everything")

    keys(page, "j", "k")
    assert focused_row(page) == ""
    keys(page, "q")
    assert focused_row(page) != ""
    keys(page, "?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.locator('[data-for="next"] kbd')).to_have_text("q")
    expect(dialog.locator('[data-for="previous"]')).to_have_count(0)
    assert violations(page) == []
    keys(page, "Escape", "z", "z")
    page.wait_for_url("**/queues/open")

    assert desk.rows(select(func.count()).select_from(Comment)) == [(1,)]


def test_the_palette_presses_what_the_page_shows(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask("Printer")
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/{number}")

    keys(page, "Control+k")
    page.keyboard.type("priority high")
    expect(page.get_by_role("option", name="Priority: High")).to_have_attribute("aria-selected", "true")
    keys(page, "Enter")
    expect(page.locator(".ticket-head .priority")).to_contain_text("High")
    keys(page, "Control+k")
    page.keyboard.type("resol")
    expect(page.locator("#palette-find-options [aria-selected=true]")).to_have_text(re.compile("^Resolve$"))
    keys(page, "Enter")
    expect(page.locator(".ticket-head .status")).to_contain_text("Resolved")

    assert complaints(page) == []


def test_what_was_searched_for_is_offered_again_until_one_signs_out(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    page = signed_in(browser, url, "ana")
    keys(page, "/")
    page.keyboard.type("zebra stripes")
    keys(page, "Enter")
    page.wait_for_url("**/search?q=zebra**")
    page.goto(f"{url}/agent/queues/open")

    keys(page, "/")
    expect(page.get_by_role("option", name="zebra stripes")).to_be_visible()
    keys(page, "Escape", "Escape")
    page.locator("[popovertarget=account]").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login**")

    assert page.evaluate("localStorage.getItem('searches')") is None
