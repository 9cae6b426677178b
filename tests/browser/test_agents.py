"""The agents' pages in a real browser: what is being written is never lost, sent twice, or sent to the wrong reader."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Ticket, TicketPriority
from helpdesk.tickets.operations import Upload, change_tags, delete, note, set_priority, watch
from tests.support.cast import PASSWORD, PEOPLE
from tests.support.chromium import complaints, open_page, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser

ANSWER = "Dear Carl,\n\nplease use water."


def signed_in(browser: Browser, url: str, name: str, **options: object) -> Page:
    page = open_page(browser, **options)
    page.goto(f"{url}/login")
    page.get_by_label("E-mail").fill(PEOPLE[name])
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/agent/**")
    return page


def expect_text(page: Page, text: str, *, script: bool = True) -> None:
    """What stands in the composer: in its editor, or without script in the plain field."""
    if script:
        expect(page.locator("trix-editor")).to_have_text(text.replace("\n", ""))
    else:
        expect(page.get_by_label("Your text")).to_have_value(text)


def written(desk: RealDesk) -> list[tuple[str, bool]]:
    return desk.rows(
        select(Comment.content, Comment.is_internal).where(~Comment.is_opening).order_by(Comment.id)
    )


def prioritise(desk: RealDesk, number: str, priority: TicketPriority) -> None:
    with desk.doing("ben") as ben:
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
        set_priority(ticket, to=priority, by=ben)


def test_ctrl_enter_sends_what_the_switch_says(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/{number}")

    page.locator("label", has_text="Note").first.click()
    page.keyboard.type("Not for Carl.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.internal")).to_contain_text("Not for Carl.")
    page.get_by_label("Your text").fill(ANSWER)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.staff")).to_contain_text("please use water")

    assert written(desk) == [("Not for Carl.", True), (ANSWER, False)]
    assert page.url.endswith("#comment-3")


def test_enter_on_the_switch_sends_nothing(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/{number}")
    page.get_by_label("Your text").fill("He is annoying.")

    page.locator("input[name=mode][value=note]").check(force=True)
    page.locator("input[name=mode][value=note]").press("Enter")

    expect_text(page, "He is annoying.")
    assert written(desk) == []


def test_a_double_click_sends_once(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/{number}")
    page.get_by_label("Your text").fill(ANSWER)

    page.get_by_role("button", name=re.compile("^Send, then wait")).dblclick()

    expect(page.locator(".message.staff")).to_have_count(1)
    assert written(desk) == [(ANSWER, False)]


def test_the_menu_sends_with_another_status(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/{number}")
    page.get_by_label("Your text").fill(ANSWER)

    page.get_by_label("Send and set another status").click()
    page.locator(".menu-item", has_text="Resolved").click()

    expect(page.locator(".ticket-head .status")).to_contain_text("Resolved")
    assert written(desk) == [(ANSWER, False)]


def test_what_is_being_written_survives_every_other_button(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    number = desk.ask()
    page = signed_in(browser, url, "ana")
    page.goto(f"{url}/agent/tickets/{number}")
    text = page.get_by_label("Your text")
    text.fill(ANSWER)

    page.get_by_role("button", name="Take it").click()
    expect(page.locator(".side")).to_contain_text("Ana Agent")
    expect_text(page, ANSWER)
    page.get_by_label("Add tags, separated by commas").fill("fire")
    page.locator("#side-tags").get_by_role("button", name="Add").click()
    expect(page.locator(".side .tag")).to_contain_text("fire")
    expect_text(page, ANSWER)
    page.get_by_label("Priority").select_option("urgent")
    expect(page.locator(".ticket-head .priority")).to_contain_text("Urgent")
    expect_text(page, ANSWER)
    page.goto(f"{url}/agent/queues/mine")
    page.go_back()
    expect_text(page, ANSWER)

    page.get_by_role("button", name=re.compile("^Send, then wait")).click()
    expect(page.locator(".message.staff")).to_have_count(1)
    expect_text(page, "")
    assert written(desk) == [(ANSWER, False)]


@pytest.mark.parametrize("script", [True, False])
def test_a_conflict_keeps_both_values_and_the_unsent_reply(
    browser: Browser, url: str, desk: RealDesk, script: bool
) -> None:
    number = desk.ask()
    page = signed_in(browser, url, "ana", script=script)
    page.goto(f"{url}/agent/tickets/{number}")
    page.get_by_label("Your text").fill(ANSWER)
    prioritise(desk, number, TicketPriority.URGENT)

    page.get_by_label("Priority").select_option("low")
    if not script:  # with script it is saved as it is chosen
        page.get_by_role("button", name="Save properties").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing of yours was saved yet")
    expect(page.locator("form.sheet-form fieldset")).to_have_count(1)
    page.get_by_label(re.compile("Use mine: Low")).check()
    page.get_by_role("button", name="Save").click()

    expect_text(page, ANSWER, script=script)
    assert desk.rows(select(Ticket.priority)) == [(TicketPriority.LOW,)]


def test_a_day_without_script(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = signed_in(browser, url, "ana", script=False)

    page.get_by_role("link", name="The printer is on fire").click()
    page.get_by_role("button", name="Take it").click()
    page.locator("label", has_text="Note").first.click()
    page.get_by_label("Your text").fill("Not for Carl.")
    page.get_by_role("button", name="Add internal note").click()
    page.get_by_label("Your text").fill(ANSWER)
    page.locator("input[name=files]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"}
    )
    page.get_by_label("Send and set another status").click()
    page.locator(".menu-item", has_text="Resolved").click()

    expect(page.locator(".ticket-head .status")).to_contain_text("Resolved")
    expect(page.locator(".message.staff .file")).to_contain_text("plan.txt")
    assert written(desk) == [("Not for Carl.", True), (ANSWER, False)]
    page.locator("[popovertarget=account]").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{url}/agent/tickets/{number}")
    assert "/login" in page.url


def test_a_phone_shows_the_side_as_a_sheet(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = signed_in(browser, url, "ana", width=390, height=844)
    page.goto(f"{url}/agent/tickets/{number}")

    expect(page.get_by_label("Priority")).to_be_hidden()
    page.get_by_role("button", name=re.compile("Details")).click()
    page.get_by_label("Priority").select_option("high")

    expect(page.locator(".ticket-head .priority")).to_contain_text("High")
    page.get_by_role("button", name="Back to the conversation").click()
    page.get_by_label("More for this ticket").click()
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator(".ticket-head .status")).to_contain_text("Resolved")
    assert sideways(page) == 0


@pytest.mark.parametrize("width, scheme", [(1024, "light"), (1024, "dark")])  # 1440 and 390: test_pages.py
def test_every_page_is_accessible_and_quiet(
    browser: Browser, url: str, desk: RealDesk, width: int, scheme: str
) -> None:
    first, second = desk.ask(), desk.ask("Delivery on Saturday?")
    with desk.doing("ana") as ana:
        tickets = {ticket.ticket_number: ticket for ticket in db.session.scalars(select(Ticket))}
        change_tags(tickets[first], add=["fire", "smoke", "water"], by=ana)
        watch(tickets[first], by=ana)
        note(tickets[first], by=ana, content="The plan.", uploads=[Upload("plan.txt", BytesIO(b"plan"))])
        third = tickets[second]
        delete(third, by=ana)
    page = signed_in(browser, url, "ada", width=width, color_scheme=scheme)
    pages = (
        "queues/unassigned",
        "queues/mine",
        f"tickets/{first}",
        f"tickets/{first}/properties/edit",
        f"tickets/{first}/deletion/new",
        "tickets/new",
        "search",
        "bin",
    )

    found = []
    for path in pages:
        page.goto(f"{url}/agent/{path}")
        found += [f"{path}: {violation}" for violation in violations(page)]
        assert sideways(page) == 0, path

    assert found == []
    assert complaints(page) == []
