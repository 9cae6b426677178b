"""The bin of the desk in a real browser: a ticket comes back with everything it had, or goes for good."""

from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket, TicketLink
from helpdesk.tickets.models.links import LinkKind
from helpdesk.tickets.operations import Upload, add_participant, assign, delete, note, reply, set_tags, watch
from tests.conftest import person_named
from tests.support.chromium import complaints, signed_in
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser

FACTS = (
    "Please try another paper.",
    "He sounded angry.",
    "manual.txt",
    "vip",
    "Cora Colleague",
    "Another printer",
    "Ben Brown",
)
"""What the page of the full ticket says."""


@pytest.fixture
def full(desk: RealDesk) -> str:
    """The number of a ticket that has everything, put into the bin."""
    number, other = desk.ask(), desk.ask("Another printer")
    with desk.doing("ana") as ana:
        ticket, linked = ticket_of(number), ticket_of(other)
        manual = Upload("manual.txt", BytesIO(b"Turn it off."))
        reply(ticket, by=ana, content="Please try another paper.", uploads=[manual])
        note(ticket, by=ana, content="He sounded angry.")
        set_tags(ticket, names=["vip"], by=ana)
        watch(ticket, by=ana)
        add_participant(ticket, person=person_named("cora"), by=ana)
        assign(ticket, to=person_named("ben"), by=ana)
        db.session.add(TicketLink(ticket_id=ticket.id, other_id=linked.id, kind=LinkKind.RELATES_TO))
    return number


def ticket_of(number: str) -> Ticket:
    return db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()


def put_away(desk: RealDesk, *numbers: str) -> None:
    for number in numbers:
        with desk.doing("ada") as ada:
            delete(ticket_of(number), by=ada)


def read(page: Page, address: str) -> str:
    """What the main part of a page says, without what only the clock changes."""
    page.goto(address)
    page.locator("time").evaluate_all("each => each.forEach(time => time.remove())")
    return page.locator("main").inner_text()


def test_restoring_brings_everything_back(browser: Browser, url: str, desk: RealDesk, full: str) -> None:
    """Restored without script; what came back is read with it."""
    ben, carl = signed_in(browser, desk.app, url, "ben"), signed_in(browser, desk.app, url, "carl")
    places = {
        ben: (f"{url}/agent/tickets/{full}", f"{url}/agent/queues/mine"),
        carl: (f"{url}/portal/tickets/{full}",),
    }
    read(ben, places[ben][0])  # what is unread is read
    before = [read(page, each) for page, addresses in places.items() for each in addresses]
    for words in FACTS:
        assert words in before[0], words
    put_away(desk, full)
    assert carl.goto(places[carl][0]).status == 404  # type: ignore[union-attr]  # it answers
    assert ben.goto(places[ben][0]).status == 404  # type: ignore[union-attr]  # it answers

    ada = signed_in(browser, desk.app, url, "ada", script=False)
    ada.goto(f"{url}/admin/bin?q=printer")
    expect(ada.locator("tr.ticket")).to_contain_text("by Ada Admin")
    ada.get_by_label(f"Select {full}").check()
    ada.get_by_role("button", name="Restore").click()
    expect(ada.locator("main")).to_contain_text("1 ticket is back, as it was.")

    after = [read(page, each) for page, addresses in places.items() for each in addresses]
    for was, now in zip(before, after, strict=True):
        assert [line for line in was.splitlines() if line not in now.splitlines()] == []
    ben.goto(places[ben][0])
    address = ben.get_by_role("link", name="manual.txt").first.get_attribute("href")
    assert ben.request.get(f"{url}{address}").text() == "Turn it off."
    assert complaints(ada) == []


def test_for_good_only_once_the_number_is_typed_and_the_page_follows_the_worker(
    browser: Browser, url: str, desk: RealDesk, full: str
) -> None:
    put_away(desk, full, desk.ask("Spam"))
    ada = signed_in(browser, desk.app, url, "ada")
    ada.goto(f"{url}/admin/bin")
    ada.get_by_label("Select all on this page").check()
    ada.get_by_role("button", name="Remove for good…").click()
    expect(ada.get_by_role("heading", name="Remove 2 tickets for good?")).to_be_visible()
    expect(ada.locator("main")).to_contain_text("1 file, 12 bytes")

    ada.locator("#typed").fill("3")
    ada.get_by_role("button", name="Remove 2 tickets").click()
    expect(ada.locator("main")).to_contain_text("Nothing was done")
    ada.locator("#typed").fill("2")
    ada.get_by_role("button", name="Remove 2 tickets").click()

    state = ada.locator("#purge")
    expect(state).to_contain_text("0 of 2")
    run_waiting_jobs(desk.app)
    expect(state).to_contain_text("2 of 2", timeout=10_000)
    expect(state).to_contain_text("2 tickets removed for good")
    assert desk.rows(select(func.count()).select_from(Ticket)) == [(1,)]
    assert complaints(ada) == [] or all("422" in each for each in complaints(ada))
