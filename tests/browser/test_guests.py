"""A guest's whole way: asks, confirms, reads and answers by the mailed link, and wants to see everything."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import reply
from tests.support.chromium import complaints, open_page, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


@pytest.fixture
def mailed(own_app, capsys) -> Callable[[], str]:
    """The path of the link in the mail that the worker sends last."""

    def work() -> str:
        capsys.readouterr()
        run_waiting_jobs(own_app)
        return str(re.findall(r"^  http://desk\.example(/\S+)$", capsys.readouterr().out, re.MULTILINE)[-1])

    return work


@pytest.mark.parametrize("script, width", [(True, 1440), (False, 360)])
def test_asks_confirms_reads_answers_and_asks_for_all(
    desk: RealDesk, url: str, browser: Browser, mailed: Callable[[], str], script: bool, width: int
) -> None:
    page = open_page(browser, width=width, script=script)
    wrong: list[str] = []

    def look() -> None:
        wrong.extend(violations(page) if script else [])
        wrong.extend([f"{page.url}: {sideways(page)} px sideways"] * (sideways(page) > 0))

    page.goto(f"{url}/login")
    page.get_by_role("link", name="Ask without an account").click()
    page.get_by_label("Your name").fill("Gwen Guest")
    page.get_by_label("E-mail").fill("gwen@guest.example")
    page.get_by_label("What is it about?").fill("My parcel is lost")
    page.get_by_label("Tell us more").fill("It should have come on Monday.")
    page.locator("input[type=file]").set_input_files(
        {"name": "slip.txt", "mimeType": "text/plain", "buffer": b"parcel 17"}
    )
    look()
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    look()
    page.goto(url + mailed())
    expect(page.get_by_text("It should have come on Monday.")).to_be_visible()
    look()
    page.get_by_role("button", name="Yes, send my request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is lost")
    expect(page.get_by_text("slip.txt")).to_be_visible()
    mailed()

    with desk.doing("ana") as ana:
        ticket = db.session.scalars(select(Ticket)).one()
        reply(ticket, by=ana, content="It is at the post office.")
    elsewhere = open_page(browser, width=width, script=script)
    elsewhere.goto(url + mailed())
    expect(elsewhere.get_by_text("It is at the post office.")).to_be_visible()
    assert "/open/" not in elsewhere.url
    elsewhere.get_by_label("Your answer").fill("Found it, thank you!")
    elsewhere.get_by_role("button", name="Send answer").click()
    expect(elsewhere.locator(".letter", has_text="Found it, thank you!").first).to_be_visible()
    elsewhere.get_by_role("link", name="Show all my requests").click()
    page = elsewhere
    look()
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    page.goto(url + mailed())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My requests")
    expect(page.get_by_text("My parcel is lost")).to_be_visible()
    page.goto(f"{url}/portal/profile")
    expect(page.get_by_text("gwen@guest.example").first).to_be_visible()
    look()

    assert wrong == []
    assert complaints(page) == []
