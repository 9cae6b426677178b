"""Undo, send later and recipients in a real browser: nothing leaves before its time, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets import jobs
from helpdesk.tickets.models import Comment, CommentRecipient, Draft, HeldComment
from tests.browser.test_composer import caught_up, editor, opened
from tests.support.chromium import complaints, sideways, violations
from tests.support.processes import eventually
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


@pytest.fixture
def number(desk: RealDesk) -> str:
    """A ticket on a desk that lets answers be taken back for ten seconds."""
    with desk.doing("ada"):
        change_settings(undo_send_seconds=10)
    return desk.ask()


def write(page: Page, text: str) -> None:
    editor(page).click()
    page.keyboard.type(text)
    caught_up(page)


def unpublished(desk: RealDesk) -> list[tuple[str]]:
    return desk.rows(select(Comment.content).where(Comment.published_at.is_(None)))


def test_an_answer_counts_down_is_taken_back_elsewhere_and_sent_at_last(
    browser: Browser, url: str, desk: RealDesk, number: str
) -> None:
    page = opened(browser, url, number)
    write(page, "Use water.")
    page.keyboard.press("Control+Enter")
    held = page.locator(".message.held")
    expect(held).to_contain_text(re.compile(r"Sending in \d+ s"))
    assert unpublished(desk) == [("Use water.",)]

    page.goto(f"{url}/agent/queues/mine")
    bar = page.locator(".sending")
    expect(bar).to_contain_text(re.compile(rf"{number}\s+Sending in \d s"))
    bar.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**/agent/tickets/{number}")
    expect(editor(page)).to_have_text("Use water.")
    assert desk.rows(select(Comment.id).where(~Comment.is_opening)) == []

    write(page, " Much of it.")
    page.keyboard.press("Control+Enter")
    held.get_by_role("button", name="Send now").click()
    expect(page.locator(".message.staff:not(.held)")).to_contain_text("Much of it.")
    expect(bar).to_have_count(0)
    assert unpublished(desk) == []
    assert complaints(page) == []


def test_when_its_time_is_over_the_page_shows_it_sent(
    browser: Browser, url: str, desk: RealDesk, number: str
) -> None:
    with desk.doing("ada"):
        change_settings(undo_send_seconds=2)
    page = opened(browser, url, number)
    write(page, "Use water.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.held")).to_contain_text("Sending…")

    ((comment_id,),) = desk.rows(select(HeldComment.comment_id))
    with desk.doing("ana"):
        jobs.publish_held(comment_id)

    expect(page.locator(".message.staff:not(.held)")).to_contain_text("Use water.")
    assert complaints(page) == []


def test_what_is_typed_while_an_answer_waits_is_still_there_after_undo(
    browser: Browser, url: str, desk: RealDesk, number: str
) -> None:
    page = opened(browser, url, number)
    write(page, "First.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.held")).to_be_visible()
    write(page, "Second.")

    page.locator(".message.held").get_by_role("button", name="Undo").click()

    expect(page.locator("trix-editor")).to_contain_text("First.")
    expect(page.locator("trix-editor")).to_contain_text("Second.")


def _is_kept(desk: RealDesk, address: str) -> bool:
    return address in str(desk.rows(select(Draft.recipients)))


def test_recipients_are_typed_ticked_and_kept(
    browser: Browser, url: str, desk: RealDesk, number: str
) -> None:
    page = opened(browser, url, number)
    write(page, "Use water.")
    recipients = page.get_by_role("group", name="Recipients")
    expect(recipients.get_by_role("checkbox", name="Carl Customer")).to_be_checked()

    recipients.get_by_text("Add", exact=True).click()
    recipients.get_by_role("combobox", name="Cc", exact=True).fill("law@x.example,")
    recipients.get_by_role("combobox", name="Bcc", exact=True).fill("eye@x.example")
    page.keyboard.press("Enter")
    recipients.get_by_role("combobox", name="To", exact=True).fill("half")
    page.keyboard.press("Enter")
    expect(recipients.get_by_role("combobox", name="To", exact=True)).to_have_attribute(
        "aria-invalid", "true"
    )
    recipients.get_by_role("combobox", name="To", exact=True).fill("")
    expect(recipients.get_by_role("checkbox", name="law@x.example")).to_be_checked()
    assert sideways(page) <= 0
    assert violations(page) == []
    assert eventually(lambda: _is_kept(desk, "eye@x.example") and not _is_kept(desk, "half"), within=30)

    page.reload()
    expect(recipients.get_by_role("checkbox", name="eye@x.example")).to_be_checked()
    editor(page).click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.held")).to_contain_text("bcc eye@x.example")

    to = select(CommentRecipient.kind, CommentRecipient.email).order_by(CommentRecipient.id)
    assert desk.rows(to) == [
        ("to", "carl@customer.example"),
        ("cc", "law@x.example"),
        ("bcc", "eye@x.example"),
    ]
    assert complaints(page) == []


def test_an_answer_is_sent_later(browser: Browser, url: str, desk: RealDesk, number: str) -> None:
    page = opened(browser, url, number)
    write(page, "Use water.")
    page.locator(".composer").get_by_label("Send later").click()
    page.locator(".composer").get_by_role("button", name="Tomorrow").first.click()

    expect(page.locator(".message.held")).to_contain_text("To be sent: Tomorrow")
    assert len(desk.rows(select(HeldComment.publish_at))) == 1
    page.get_by_role("button", name="Cancel and edit").click()
    expect(editor(page)).to_have_text("Use water.")
    assert complaints(page) == []
