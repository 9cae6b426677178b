"""A morning's triage in a real browser: many tickets at once, back to the same place, no mouse, a phone, no script."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import func, select

from helpdesk.accounts.preferences import prefer
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Tag, Ticket, TicketStatus
from helpdesk.tickets.operations import change_tags, delete
from helpdesk.web.agents import list_rows
from tests.conftest import person_named
from tests.support.cast import PASSWORD, PEOPLE
from tests.support.chromium import complaints, open_page, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


MARKS = """
  window.marked = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) if ("cameFrom" in target.dataset) window.marked.push(target.id);
  }).observe(document, { subtree: true, attributeFilter: ["data-came-from"] });
"""
"""The rows that were marked, for however short a moment."""


@pytest.fixture
def twenty(desk: RealDesk) -> list[str]:
    return [desk.ask(f"Ticket {place}") for place in range(1, 21)]


def signed_in(browser: Browser, url: str, name: str, **options: object) -> Page:
    page = open_page(browser, **options)
    page.goto(f"{url}/login")
    page.get_by_label("E-mail").fill(PEOPLE[name])
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/agent/**")
    return page


def tick(page: Page, numbers: list[str]) -> None:
    for number in numbers:
        page.get_by_label(f"Select {number}", exact=True).check()


def choose(page: Page, menu: str, item: str) -> None:
    page.locator(".bulk summary", has_text=menu).click()
    page.locator(".bulk details[open] .menu-item", has_text=item).click()


def told(page: Page) -> Locator:
    return page.locator("#toasts .toast, #flashes .banner")


def statuses(desk: RealDesk) -> dict[str, int]:
    rows = desk.rows(select(Ticket.status, func.count()).group_by(Ticket.status))
    return {status.value: count for status, count in rows}


def assigned(desk: RealDesk) -> int:
    return int(desk.rows(select(func.count(Ticket.assignee_id)))[0][0])


def focused_row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('.ticket')?.id ?? ''"))


@pytest.mark.parametrize("script", [True, False])
def test_twenty_tickets_are_triaged(
    browser: Browser, url: str, desk: RealDesk, twenty: list[str], script: bool
) -> None:
    page = signed_in(browser, url, "ana", script=script)
    page.goto(f"{url}/agent/queues/open")
    expect(page.locator(".bulk")).to_be_hidden()

    tick(page, twenty[:8])
    choose(page, "Assign", "Ben Brown")
    expect(told(page)).to_contain_text("8 tickets assigned to Ben Brown.")
    expect(page.locator(".bulk")).to_be_hidden()
    tick(page, twenty[8:14])
    choose(page, "Status", "Resolved")
    expect(told(page)).to_contain_text("6 tickets are now “Resolved”.")
    tick(page, twenty[14:])
    page.locator(".bulk summary", has_text="Tags").click()
    page.locator(".bulk [name=tag]").fill("Spare parts")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(told(page)).to_contain_text("6 tickets now have the tag “spare-parts”.")

    assert statuses(desk) == {"in_progress": 8, "resolved": 6, "open": 6}
    assert assigned(desk) == 8
    tagged = select(func.count()).select_from(Ticket).where(Ticket.tags.any(Tag.name == "spare-parts"))
    assert desk.rows(tagged) == [(6,)]
    assert complaints(page) == []


def test_all_that_match_are_counted_before_they_change(
    browser: Browser, url: str, desk: RealDesk, twenty: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_rows, "PAGE_SIZE", 5)
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")

    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.locator(".bulk .said")).to_contain_text("5 selected")
    page.get_by_text("Select all 20").click()
    expect(page.locator(".bulk .said")).to_contain_text("All 20 selected")
    choose(page, "Status", "Closed")
    expect(page.get_by_role("heading", name="Set 20 tickets to “Closed”?")).to_be_visible()
    assert statuses(desk) == {"open": 20}
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".bulk .said")).to_contain_text("All 20 selected")
    choose(page, "Status", "Closed")
    page.get_by_role("button", name="Set 20 tickets to “Closed”").dblclick()

    page.wait_for_url("**/agent/queues/open")
    assert statuses(desk) == {"closed": 20}


def test_what_cannot_be_done_is_listed_with_the_reason(
    browser: Browser, url: str, desk: RealDesk, twenty: list[str]
) -> None:
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/everything")
    tick(page, twenty[:2])
    choose(page, "Status", "Closed")
    expect(told(page)).to_contain_text("2 tickets are now “Closed”.")

    tick(page, twenty[:3])
    choose(page, "Status", "In progress")

    expect(told(page)).to_contain_text("1 ticket is now “In progress”. 2 were left as they are:")
    for number in twenty[:2]:
        expect(told(page).get_by_role("link", name=number, exact=True)).to_be_visible()
    assert violations(page) == []


def test_ticking_moves_nothing(browser: Browser, url: str, twenty: list[str]) -> None:
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")
    places = """[...document.querySelectorAll('.ticket, .pager, .topbar, thead')]
      .map(each => each.getBoundingClientRect().top)"""
    before = page.evaluate(places)

    tick(page, twenty[:3])

    expect(page.locator(".bulk")).to_be_visible()
    assert page.evaluate(places) == before
    page.get_by_label("Clear the selection").click()
    expect(page.locator(".bulk")).to_be_hidden()
    assert page.locator(".ticket .check:checked").count() == 0


def test_a_range_is_ticked_with_shift(browser: Browser, url: str, twenty: list[str]) -> None:
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")

    page.locator(".ticket .check").nth(2).click()
    page.locator(".ticket .check").nth(6).click(modifiers=["Shift"])

    expect(page.locator(".bulk .said")).to_contain_text("5 selected")
    expect(page.locator("#picked")).to_have_text("5 selected")


@pytest.mark.parametrize("script", [True, False])
def test_enter_on_a_box_does_no_deed_and_in_the_field_adds_the_tag(
    browser: Browser, url: str, desk: RealDesk, twenty: list[str], script: bool
) -> None:
    with desk.doing("ana"):
        prefer(person_named("ana"), has_shortcuts=False)
    page = signed_in(browser, url, "ana", script=script)
    page.goto(f"{url}/agent/queues/open")

    tick(page, twenty[:2])
    page.get_by_label(f"Select {twenty[0]}", exact=True).press("Enter")
    if not script:
        expect(told(page)).to_contain_text("Nothing was done.")
    assert statuses(desk) == {"open": 20}
    assert assigned(desk) == 0
    tick(page, twenty[:2])
    page.locator(".bulk summary", has_text="Tags").click()
    page.locator(".bulk [name=tag]").fill("vip")
    page.locator(".bulk [name=tag]").press("Enter")

    expect(told(page)).to_contain_text("2 tickets now have the tag “vip”.")


def test_filter_and_back_keep_filter_page_scroll_and_ticks(
    browser: Browser, url: str, desk: RealDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_rows, "PAGE_SIZE", 30)
    numbers = [desk.ask(f"Ticket {place}") for place in range(1, 61)]
    with desk.doing("ana") as ana:
        for ticket in db.session.scalars(select(Ticket).where(Ticket.ticket_number.in_(numbers[2:]))).all():
            change_tags(ticket, add=["vip"], by=ana)
    page = signed_in(browser, url, "ana")
    page.add_init_script(MARKS)
    page.goto(f"{url}/agent/queues/open?q=tag:vip")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url(re.compile("after="))
    address = page.url
    page.evaluate("document.getElementById('list').scrollTop = 400")
    tick(page, [numbers[44]])
    scrolled = page.evaluate("document.getElementById('list').scrollTop")

    def is_the_same_place() -> None:
        page.wait_for_url(address)
        assert page.evaluate("window.marked") == [numbers[45]]
        assert abs(page.evaluate("document.getElementById('list').scrollTop") - scrolled) <= 1
        expect(page.locator(".ticket .check:checked")).to_have_count(1)
        expect(page.get_by_label(f"Select {numbers[44]}", exact=True)).to_be_checked()

    page.get_by_role("link", name="Ticket 46", exact=True).click()
    page.wait_for_url("**/tickets/**")
    page.go_back()
    is_the_same_place()
    page.get_by_role("link", name="Ticket 46", exact=True).click()
    page.wait_for_url("**/tickets/**")
    page.locator("[data-back]").click()
    is_the_same_place()
    expect(page.locator("[data-came-from]")).to_have_count(0)


def test_a_list_one_comes_to_anew_begins_at_its_top(browser: Browser, url: str, desk: RealDesk) -> None:
    for place in range(1, 31):
        desk.ask(f"Ticket {place}")
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")
    page.evaluate("document.getElementById('list').scrollTop = 300")
    page.locator(".sidebar").get_by_role("link", name=re.compile("Everything")).click()
    page.wait_for_url("**/everything")

    page.locator(".sidebar").get_by_role("link", name=re.compile("All open")).click()
    page.wait_for_url("**/open")

    assert page.evaluate("document.getElementById('list').scrollTop") == 0


def test_a_morning_without_a_mouse(browser: Browser, url: str, desk: RealDesk, twenty: list[str]) -> None:
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")
    press = page.keyboard.press
    order = page.evaluate("[...document.querySelectorAll('.ticket')].map(row => row.id)")

    for key in ("j", "j", "k", "x", "j", "j", "Shift+X"):
        press(key)
    assert focused_row(page) == order[2]
    expect(page.locator(".bulk .said")).to_contain_text("3 selected")
    press("a")
    expect(page.locator(".bulk details[open] .menu-item").first).to_be_focused()
    press("b")  # Ben Brown
    press("Enter")
    expect(told(page)).to_contain_text("3 tickets assigned to Ben Brown.")
    expect(page.locator(f"#{order[2]}")).to_have_attribute("data-current", "")

    press("j")
    assert focused_row(page) == order[3]
    press("x")
    press("l")
    page.keyboard.type("vip")
    press("Enter")
    expect(told(page)).to_contain_text("1 ticket now has the tag “vip”.")
    press("x")
    press("s")
    press("End")
    press("Escape")
    press("Escape")
    expect(page.locator(".bulk")).to_be_hidden()

    press("o")
    page.wait_for_url("**/tickets/**")
    press("r")
    expect(page.locator(".composer trix-editor")).to_be_focused()
    page.keyboard.type("Please use water.", delay=20)
    expect(page.locator(".composer trix-editor")).to_have_text("Please use water.")
    press("Control+Enter")
    expect(page.locator(".message.staff")).to_contain_text("Please use water.")
    page.wait_for_load_state()  # the keys of the page that came
    press("Escape")
    press("e")
    expect(page.locator(".ticket-head .status")).to_contain_text("Resolved")
    page.wait_for_load_state()
    press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Internal note")
    press("Escape")
    press("n")
    page.wait_for_url("**/tickets/new**")
    page.go_back()
    press("/")
    page.keyboard.type("jxe?")

    assert page.evaluate("document.activeElement.value") == "jxe?"
    assert desk.rows(select(Comment.content).where(~Comment.is_opening)) == [("Please use water.",)]
    assert statuses(desk) == {"in_progress": 3, "resolved": 1, "open": 16}


def test_the_list_scrolls_with_the_row(browser: Browser, url: str, twenty: list[str]) -> None:
    page = signed_in(browser, url, "ana", height=500)
    page.goto(f"{url}/agent/queues/open")

    for _ in range(20):
        page.keyboard.press("j")
        assert page.evaluate(
            """() => {
              const [row, list, head] = [document.activeElement.closest('.ticket'), document.getElementById('list'),
                document.querySelector('thead')].map(each => each.getBoundingClientRect());
              return row.top >= head.bottom - 1 && row.bottom <= list.bottom + 1;
            }"""
        )
    assert page.evaluate("document.documentElement.scrollTop") == 0


def test_keys_leave_alone_who_types_and_who_does_not_want_them(
    browser: Browser, url: str, desk: RealDesk, twenty: list[str]
) -> None:
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")
    page.keyboard.press("Control+j")
    page.locator(".filter input").first.press("j")
    assert focused_row(page) == ""
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert focused_row(page) != ""

    with desk.doing("ana"):
        prefer(person_named("ana"), has_shortcuts=False)
    page.reload()
    for key in ("j", "x", "?", "n"):
        page.keyboard.press(key)

    assert focused_row(page) == ""
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".bulk")).to_be_hidden()
    assert page.url.endswith("/queues/open")


def test_the_list_of_keys_is_there_for_a_mouse(browser: Browser, url: str, twenty: list[str]) -> None:
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/queues/open")

    page.locator("[popovertarget=account]").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()

    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Next row or ticket")
    expect(dialog.get_by_text("Internal note")).to_be_hidden()
    assert violations(page) == []
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_triages(browser: Browser, url: str, desk: RealDesk, twenty: list[str], scheme: str) -> None:
    page = signed_in(browser, url, "ada", width=390, height=844, color_scheme=scheme)
    page.goto(f"{url}/agent/queues/open")

    tick(page, twenty[:3])
    small = """[...document.querySelectorAll('.bulk :is(.button, summary)')].filter(each => each.checkVisibility())
      .map(each => each.getBoundingClientRect()).filter(box => box.width < 40 || box.height < 40).length"""
    assert page.evaluate(small) == 0
    assert sideways(page) == 0
    assert violations(page) == []
    page.locator(".bulk summary", has_text="Assign").click()
    assert violations(page) == []
    page.locator(".bulk details[open] .menu-item", has_text="To me").click()
    expect(told(page)).to_contain_text("3 tickets assigned to Ada Admin.")
    tick(page, twenty[:2])
    whole_page = page.get_by_role("checkbox", name="Select all on this page")
    whole_page.check()
    expect(page.locator(".bulk")).to_contain_text("20 selected")
    assert violations(page) == []
    whole_page.uncheck()
    expect(page.locator(".bulk")).to_be_hidden()
    tick(page, twenty[:2])
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Delete 2 tickets?")).to_be_visible()
    assert sideways(page) == 0
    assert violations(page) == []
    page.get_by_role("button", name="Delete 2 tickets").click()
    expect(told(page)).to_contain_text("2 tickets are in the bin.")

    page.goto(f"{url}/agent/bin")
    page.get_by_role("checkbox", name="Select all on this page").check()
    assert violations(page) == []
    assert sideways(page) == 0
    page.get_by_role("button", name="Restore", exact=True).last.click()
    expect(told(page)).to_contain_text("2 tickets are back, as they were.")
    assert statuses(desk) == {"in_progress": 3, "open": 17}
    assert complaints(page) == []


@pytest.mark.parametrize("width", [1024])
def test_the_bar_and_a_look_are_accessible(
    browser: Browser, url: str, desk: RealDesk, twenty: list[str], width: int
) -> None:
    with desk.doing("ada") as ada:
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == twenty[0])).one()
        delete(ticket, by=ada)
    found = []
    for scheme in ("light", "dark"):
        page = signed_in(browser, url, "ada", width=width, color_scheme=scheme)
        page.goto(f"{url}/agent/queues/open")
        tick(page, twenty[1:4])
        for menu in page.locator(".bulk summary").all():
            menu.click()
            found += violations(page)
            page.keyboard.press("Escape")
        page.locator(".bulk").get_by_role("button", name="Delete").click()
        page.wait_for_url("**/bulk-edits/new**")
        found += violations(page)
        assert sideways(page) == 0
    assert found == []
    assert TicketStatus.OPEN.value in statuses(desk)


def test_who_writes_before_the_editor_is_there_resolves_nothing(
    browser: Browser, url: str, desk: RealDesk, twenty: list[str]
) -> None:
    page = signed_in(browser, url, "ana")
    for number in twenty[:4]:
        page.goto(f"{url}/agent/tickets/{number}", wait_until="commit")
        page.locator("form[data-composer]").wait_for(state="attached")
        for _ in range(5):
            page.keyboard.press("r")
            page.keyboard.type("eee")
        expect(page.locator(".composer trix-editor")).to_be_focused()
        page.wait_for_load_state()

    assert statuses(desk) == {"open": 20}
