"""A mailbox in a real browser: connected, tested, looked at, switched on; a mail arrives and is a ticket."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.doors import imap
from helpdesk.mail.doors.accounts import account_of
from helpdesk.mail.doors.watching import Watch
from helpdesk.mail.models import InboundMessage, Mailbox, Verdict
from helpdesk.tickets.models import Ticket
from tests.support import imap_server
from tests.support.chromium import complaints, signed_in
from tests.support.imap_server import PASSWORD, ImapServer, days_ago
from tests.support.mailboxes import numbered_mail
from tests.support.real_desk import RealDesk
from tests.support.smtp_sink import Sink, smtp_sink

pytestmark = pytest.mark.browser

ADDRESS = "help@desk.test"


@pytest.fixture
def mails() -> Iterator[ImapServer]:
    """A mail server with two old mails."""
    with imap_server.running() as mails:
        mails.put(numbered_mail(1), numbered_mail(2), arrived_at=days_ago(30))
        yield mails


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as sink:
        yield sink


def fetch(desk: RealDesk) -> None:
    """As `helpdesk fetch` does, once; then what waits in the background."""
    with desk.app.app_context(), current.entering(Via.CLI, user_id=SYSTEM_USER_ID), unit_of_work():
        mailbox = db.session.scalars(select(Mailbox)).one()
        account, mailbox_id = account_of(mailbox), mailbox.id
    with imap.connected(account) as client:
        Watch(desk.app, mailbox_id).look(client, account)
    run_waiting_jobs(desk.app)


def fill_in(page: Page, mails: ImapServer, password: str) -> None:
    """The form of the server mail is fetched from."""
    page.locator("[name=imap_host]").fill("127.0.0.1")
    page.locator("[name=imap_port]").fill(str(mails.port))
    page.locator("[name=imap_security]").select_option("none")
    page.locator("[name=imap_user]").fill("help")
    page.locator("[name=imap_password]").fill(password)
    page.get_by_role("button", name="Save").click()


def test_an_administrator_connects_a_mailbox_and_a_mail_becomes_a_ticket(
    browser: Browser, desk: RealDesk, url: str, mails: ImapServer, sink: Sink
) -> None:
    page = signed_in(browser, desk.app, url, "ada")
    page.goto(f"{url}/admin/mailboxes")
    page.get_by_role("link", name="New mailbox").first.click()
    page.locator("[name=address]").fill(ADDRESS)
    page.locator("[name=name]").fill("Support")
    page.get_by_label("Another mail server").check()
    page.get_by_role("button", name="Go on").click()

    # a password that is wrong: the page says what the server said
    fill_in(page, mails, "wrong")
    page.locator("#incoming").get_by_role("button", name="Test").click()
    expect(page.locator("#said")).to_contain_text("It does not work.")
    page.locator("#incoming").get_by_role("link", name="Edit").click()
    assert page.locator("[name=imap_password]").input_value() == ""
    fill_in(page, mails, PASSWORD)
    page.locator("#incoming").get_by_role("button", name="Test").click()
    expect(page.locator("#said")).to_contain_text("It works.")
    expect(page.locator("#said")).to_contain_text("Opened INBOX: 2 mails")

    # where it is sent
    page.locator("#outgoing").get_by_role("link", name="Edit").click()
    page.locator("[name=smtp_host]").fill("127.0.0.1")
    page.locator("[name=smtp_port]").fill(str(sink.port))
    page.locator("[name=smtp_security]").select_option("none")
    page.get_by_role("button", name="Save").click()
    page.locator("#outgoing").get_by_role("button", name="Test").click()
    expect(page.locator("#outgoing #said")).to_contain_text("Nothing was sent.")

    # what would come, then on, from now
    page.get_by_role("link", name="Look and switch on").click()
    page.get_by_label("All that lies in the folder").check()
    page.get_by_role("button", name="Look first").click()
    expect(page.locator("#would")).to_contain_text("The printer is on fire (1)")
    assert desk.rows(select(InboundMessage.id)) == []
    page.get_by_label("What arrives from now on").check()
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator("#switch")).to_contain_text("Imports mail")
    assert complaints(page) == []

    mails.put(numbered_mail(3))
    fetch(desk)

    page.goto(f"{url}/admin/mail")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("New ticket")
    page.get_by_role("link", name="The printer is on fire (3)").click()
    expect(page.locator("#mail")).to_contain_text("It burns.")
    expect(page.locator("pre.raw")).to_contain_text("Message-ID: <3@example.com>")
    assert complaints(page) == []
    assert desk.rows(select(InboundMessage.verdict)) == [(Verdict.NEW_TICKET,)]
    ((title,),) = desk.rows(select(Ticket.title))
    assert title == "The printer is on fire (3)"
