"""The portal in Chromium: what is shared, asking with copies and a file, coming back too late, taking part, paper."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, Sharing, Team, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.tokens import mint
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import change_status, open_ticket, reply
from tests.conftest import person_named
from tests.support.chromium import complaints, open_page, sideways, signed_in, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


def numbered(number: str) -> Ticket:
    return db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()


def is_in_order(page: Page) -> None:
    """Nothing complained but of refused forms, axe finds nothing, and on a narrow phone nothing scrolls sideways."""
    assert [each for each in complaints(page) if "status of 422" not in each] == []
    assert violations(page) == []
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    assert sideways(page) == 0
    if before:
        page.set_viewport_size(before)


def test_a_manager_sees_what_is_shared_and_a_colleague_comes_in(
    browser: Browser, desk: RealDesk, url: str
) -> None:
    with desk.doing("ada"):
        person_named("carl").organization_role = OrganizationRole.MANAGER
        db.session.scalars(select(Organization)).one().sharing = Sharing.MANAGERS
    with desk.doing("cora") as cora:
        open_ticket(requester=cora, by=cora, title="Cora's chair squeaks", description="All day.")
    desk.ask("Carl's own")

    manager = signed_in(browser, desk.app, url, "carl")
    manager.goto(url + "/portal/tickets")
    expect(manager.locator(".requests")).not_to_contain_text("chair")
    manager.get_by_role("link", name="Customer Inc").click()
    expect(manager.locator(".requests")).to_contain_text("Cora's chair squeaks")
    is_in_order(manager)

    member = signed_in(browser, desk.app, url, "cora")
    member.goto(url + "/portal/tickets")
    expect(member.get_by_role("link", name="Customer Inc")).to_have_count(0)
    expect(member.locator(".requests")).not_to_contain_text("Carl's own")

    manager.get_by_role("link", name="Colleagues").click()
    manager.get_by_label("E-mail").fill("nina@new.example")
    manager.get_by_label("Name").fill("Nina New")
    manager.get_by_role("button", name="Send invitation").click()
    expect(manager.locator("tr", has_text="Nina New")).to_contain_text("Invited")
    is_in_order(manager)

    nina = open_page(browser)
    nina.goto(f"{url}/invitation/{invitation(desk, 'nina@new.example')}")
    nina.get_by_label("Password", exact=False).first.fill("a long enough sentence")
    nina.locator("form button.primary").click()
    nina.goto(url + "/portal/tickets")
    expect(nina.get_by_text("Customer Inc invites you to join.")).to_be_visible()
    is_in_order(nina)
    nina.get_by_role("button", name="Join").click()
    expect(nina.get_by_text("You have joined.")).to_be_visible()

    manager.reload()
    expect(manager.locator("tr", has_text="Nina New")).to_contain_text("Member")


def invitation(desk: RealDesk, email: str) -> str:
    """What the mail to this address carries."""
    with desk.doing("ada"):
        address = db.session.scalars(select(EmailAddress).where(EmailAddress.email_key == email)).one()
        person = db.session.get_one(User, address.user_id)
        return mint(TokenPurpose.INVITATION, person=person, address=address)


@pytest.mark.parametrize("script", [True, False])
def test_a_request_with_copies_and_a_file_is_thanked_for(
    browser: Browser, desk: RealDesk, url: str, script: bool
) -> None:
    with desk.doing("ada"):
        change_settings(answer_within_hours=4)
    page = signed_in(browser, desk.app, url, "carl", script=script)
    page.goto(url + "/portal/tickets/new")
    page.get_by_label("What is it about?").fill("The printer is on fire")
    page.get_by_label("Tell us more").fill("It burns.")
    page.get_by_label("Who else should read along?").fill("cora@customer.example, nina@new.example")
    page.get_by_label("Attachments").set_input_files(
        {"name": "smoke.txt", "mimeType": "text/plain", "buffer": b"grey"}
    )
    page.get_by_role("button", name="Send request").click()

    expect(page.get_by_role("heading", name="Thank you, we have it.")).to_be_visible()
    expect(page.locator(".receipt")).to_contain_text("We usually answer within 4 hours.")
    expect(page.locator(".receipt")).to_contain_text("2 more people can read it and answer.")
    number = page.locator(".receipt-number bdi").inner_text()
    if script:
        is_in_order(page)
    page.get_by_role("link", name="Show the request").click()
    expect(page.locator("article.letter .files")).to_contain_text("smoke.txt")

    colleague = signed_in(browser, desk.app, url, "cora", script=script)
    colleague.goto(url + "/portal/tickets")
    row = colleague.locator(".requests li.unread")
    expect(row).to_contain_text("The printer is on fire")
    row.get_by_role("link").click()
    expect(colleague.locator(".letter").first).to_contain_text("It burns.")
    colleague.goto(url + "/portal/tickets")
    expect(colleague.locator(".requests li.unread")).to_have_count(0)

    page.get_by_role("link", name="Print view").click()
    expect(page.locator(".on-paper")).to_contain_text(number)
    expect(page.get_by_role("button", name="Print")).to_have_count(1 if script else 0)
    if script:
        page.emulate_media(media="print")
        expect(page.get_by_role("button", name="Print")).to_be_hidden()
        page.emulate_media(media="screen")
        is_in_order(page)


def test_a_colleague_is_added_and_answers(browser: Browser, desk: RealDesk, url: str) -> None:
    number = desk.ask()
    page = signed_in(browser, desk.app, url, "carl")
    page.goto(f"{url}/portal/tickets/{number}")
    page.get_by_text("Add a colleague").click()
    page.get_by_label("Their e-mail address").fill("ana@desk.example")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("ana@desk.example cannot be added here.")).to_be_visible()
    is_in_order(page)
    page.get_by_label("Their e-mail address").fill("olga@stranger.example")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".aside-card")).to_contain_text("Olga Other")

    other = signed_in(browser, desk.app, url, "olga")
    other.goto(f"{url}/portal/tickets/{number}")
    other.get_by_label("Your answer").fill("I saw it too.")
    other.get_by_role("button", name="Send answer").click()
    expect(other.locator("article.letter").last).to_be_visible()

    page.goto(f"{url}/portal/tickets?q=saw")
    expect(page.locator(".requests li.unread")).to_contain_text("I saw it too.")


def test_within_the_teams_time_it_reopens_and_after_it_a_new_one_is_linked(
    browser: Browser, desk: RealDesk, url: str
) -> None:
    soon, late = desk.ask("Closed lately"), desk.ask("Closed long ago")
    with desk.doing("ana") as ana:
        team = db.session.scalars(select(Team)).one()
        team.reopen_days = 3
        for number, days in ((soon, 2), (late, 4)):
            numbered(number).team_id = team.id
            reply(numbered(number), by=ana, content="Turn it off and on.")
            with clock.freeze(clock.now() - timedelta(days=days)):
                change_status(numbered(number), to=TicketStatus.CLOSED, by=ana)
    page = signed_in(browser, desk.app, url, "carl")

    page.goto(f"{url}/portal/tickets/{soon}")
    page.get_by_role("button", name="Reopen", exact=True).click()
    expect(page.get_by_text("It is open again.").first).to_be_visible()

    page.goto(f"{url}/portal/tickets/{late}")
    expect(page.get_by_text("closed more than 3 days ago")).to_be_visible()
    expect(page.get_by_role("button", name="Reopen", exact=True)).to_have_count(0)
    is_in_order(page)
    page.get_by_label("Your answer").fill("It burns again.")
    page.get_by_role("button", name="Send as a new request").click()
    expect(page.locator(".receipt")).to_contain_text(late)
    is_in_order(page)
    page.get_by_role("link", name="Show the request").click()
    expect(page.get_by_text("It goes on from an earlier request:")).to_be_visible()
    page.get_by_role("link", name=late).click()
    expect(page.get_by_text("It goes on in a newer request:")).to_be_visible()
