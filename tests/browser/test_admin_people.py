"""Administration in a real browser: an invited agent works, who leaves hands over, what is dangerous is typed first."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.linking import render_for_sending
from helpdesk.mail.queries import one_recipient
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.operations import change_tags, move_to_team, take
from helpdesk.tickets.queries import numbered
from tests.browser.test_agents import signed_in
from tests.support.cast import PASSWORD
from tests.support.chromium import complaints, open_page, sideways, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser


def the_only_link(desk: RealDesk) -> str:
    """The path of the link in the one invitation that was drafted."""
    with desk.doing("ada"):
        invited = select(OutboxRecipient.id).join(OutboxRecipient.message)
        recipient = db.session.scalars(invited.where(OutboxMessage.purpose == MailPurpose.INVITATION)).one()
        link = render_for_sending(db.session.scalars(one_recipient(recipient)).one()).link
    assert link is not None
    return link.removeprefix("http://desk.example")


def with_ana(desk: RealDesk, *titles: str) -> None:
    """Open tickets that Ana has, tagged, of the team First line."""
    for title in titles:
        number = desk.ask(title)
        with desk.doing("ana") as ana:
            ticket = db.session.scalars(numbered(select(Ticket), number)).one()
            take(ticket, by=ana)
            change_tags(ticket, add=["print", "printer" if title == titles[0] else "print"], by=ana)
            move_to_team(ticket, team=db.session.scalars(select(Team)).one(), by=ana)


def open_row(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()


def clean(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in both themes."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += violations(page)
    page.emulate_media(color_scheme="light")
    return [*found, *complaints(page), *(["scrolls sideways"] if sideways(page) else [])]


def test_an_invited_agent_accepts_and_works(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask("The scanner beeps")
    ada = signed_in(browser, url, "ada")
    ada.goto(f"{url}/admin/people")
    ada.get_by_role("link", name="Invite").click()
    ada.get_by_label("E-mail").fill("nina@desk.example")
    ada.locator("input[name=full_name]").fill("Nina New")
    ada.get_by_role("radio", name=re.compile("^Agent")).check()
    ada.get_by_role("button", name="Send invitation").click()
    expect(ada.get_by_role("main")).to_contain_text("Has not accepted an invitation yet.")
    ada.get_by_role("checkbox", name="First line").check()
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_role("checkbox", name="First line")).to_be_checked()
    assert clean(ada) == []

    nina = open_page(browser)
    nina.goto(url + the_only_link(desk))
    nina.get_by_role("textbox", name="Password").fill(PASSWORD)
    nina.get_by_role("main").get_by_role("button").first.click()
    nina.goto(f"{url}/agent/tickets/{number}")
    nina.get_by_role("button", name="Take it").click()
    nina.get_by_label("Your text").fill("Hold the trigger for ten seconds.")
    nina.get_by_role("button", name=re.compile("^Send")).first.click()
    expect(nina.locator(".message", has_text="Hold the trigger")).to_be_visible()

    ada.goto(f"{url}/admin/people?state=active&show=staff")
    expect(ada.get_by_role("row", name=re.compile("Nina New"))).to_contain_text("First line")
    ada.get_by_role("row", name=re.compile("Nina New")).get_by_role("link", name="1", exact=True).click()
    expect(ada.get_by_role("link", name="The scanner beeps")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_who_leaves_hands_over_what_is_open(browser: Browser, url: str, desk: RealDesk, script: bool) -> None:
    with_ana(desk, "First", "Second")
    ada = signed_in(browser, url, "ada", script=script)
    ada.goto(f"{url}/admin/people?show=staff&sort=open")
    open_row(ada, "Ana Agent")
    ada.get_by_role("link", name="Deactivate…").click()
    expect(ada.get_by_role("main")).to_contain_text("2 open tickets are handed over")
    ada.get_by_label("Their open tickets go to").select_option(label="Ben Brown")
    ada.get_by_role("button", name="Deactivate Ana Agent").click()

    expect(ada.get_by_role("main")).to_contain_text("This account is deactivated")
    expect(ada.locator("body")).to_contain_text("Ben Brown has 2 more tickets.")
    held = select(User.full_name).join(Ticket, Ticket.assignee_id == User.id)
    assert desk.rows(held) == [("Ben Brown",)] * 2


def test_what_is_dangerous_is_counted_and_typed_without_script_and_on_a_phone(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    with_ana(desk, "First", "Second")
    ada = signed_in(browser, url, "ada", script=False, width=360, height=740)

    ada.goto(f"{url}/admin/organizations")
    open_row(ada, "Customer Inc")
    ada.get_by_role("link", name="Change…").click()
    ada.get_by_label("With everyone").check()
    ada.get_by_role("button", name="Look first").click()
    expect(ada.get_by_role("main")).to_contain_text("2 people see more than today.")
    typed(ada, "3", "2", deed="Change the sharing")
    assert desk.rows(select(Organization.sharing)) == [("everyone",)]

    ada.goto(f"{url}/admin/tags?sort=usage")
    ada.locator(".tags a.row-title", has_text="print").first.click()
    ada.get_by_role("link", name="Merge…").click()
    ada.get_by_label("Merge into").fill("printer")
    ada.get_by_role("button", name="Look first").click()
    expect(ada.get_by_role("main")).to_contain_text("2 tickets have “printer” instead")
    typed(ada, "printer", "print", deed="Merge")
    assert desk.rows(select(Tag.name)) == [("printer",)]

    ada.goto(f"{url}/admin/teams/new")
    ada.get_by_label("Name").fill("Second line")
    ada.get_by_role("button", name="Make the team").click()
    open_row(ada, "First line")
    ada.get_by_role("link", name="Delete…").click()
    ada.get_by_label("Its open tickets go to").select_option(label="Second line")
    typed(ada, "Second line", "First line", deed="Delete the team")
    of = select(Team.name).join(Ticket, Ticket.team_id == Team.id)
    assert desk.rows(of) == [("Second line",)] * 2


def typed(page: Page, wrong: str, right: str, *, deed: str) -> None:
    """Something else is refused, and said; the right word does it."""
    for words in (wrong, right):
        page.get_by_label("To go on, type").fill(words)
        page.get_by_role("button", name=deed, exact=True).click()
        if words == wrong:
            expect(page.get_by_role("main")).to_contain_text("This is not the same. Nothing was done")
    expect(page.locator(".typed-confirmation")).to_have_count(0)
