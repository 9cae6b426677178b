"""Mails on the page of their ticket in a real browser: the original in its frame, folds, deliveries, strangers."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from helpdesk.core.db import db
from helpdesk.mail.models import DeliveryState, OutboxMessage, OutboxRecipient
from helpdesk.tickets.operations import reply
from tests.conftest import person_named
from tests.support.chromium import complaints, sideways, signed_in, violations
from tests.support.furnished import numbered
from tests.support.http_sink import Sink, http_sink
from tests.support.mailed import arrive, letter
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

pytestmark = pytest.mark.browser

ORIGINAL = "Original mail"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


@pytest.fixture
def number(desk: RealDesk, sink: Sink) -> str:
    """A ticket with a mail of Carl's with pictures, a stranger's, and an answer that came back."""
    number = desk.ask()
    html = (
        f'<p id="who">Hello</p><img src="http://{sink.host}/there"><a href="http://{sink.host}/away">away</a>'
    )
    with desk.doing("ana") as ana:
        ticket, olga = numbered(number), person_named("olga")
        quoted = "<blockquote><p>What you wrote on Monday.</p></blockquote>"
        arrive(ticket, letter(html=html), by=person_named("carl"), quoted=quoted)
        raw = letter(sender="olga@stranger.example", text="Me too.")
        arrive(ticket, raw, by=olga, sender="olga@stranger.example", text="Me too.", is_strangers=True)
        reply(ticket, by=ana, content="Use water.")
        for recipient in db.session.query(OutboxRecipient).join(OutboxMessage):
            if recipient.user_id == ticket.requester_id:
                recipient.state, recipient.last_error = DeliveryState.BOUNCED, "550 5.1.1 User unknown"
        ticket.delivery_failed_at = ticket.updated_at
    return number


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without"])
def test_the_original_comes_when_it_is_unfolded_and_its_pictures_on_a_click(
    own_app: Flask, browser: Browser, url: str, number: str, sink: Sink, has_script: bool
) -> None:
    page = signed_in(browser, own_app, url, "ana", script=has_script)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/original" in request.url else None)
    page.goto(f"{url}/agent/tickets/{number}")
    page.wait_for_load_state("networkidle")
    if has_script:  # without it browsers wait for nothing: they fetch from the desk alone
        assert fetched == []

    page.get_by_text(ORIGINAL).first.click()
    frame = page.frame_locator("iframe.original-frame").first
    expect(frame.locator("#who")).to_have_text("Hello")
    assert sink.asked == []

    with page.expect_request(f"http://{sink.host}/there"):
        page.get_by_text("Load pictures from elsewhere").first.click()
    expect(frame.locator("#who")).to_have_text("Hello")
    assert (page.url, complaints(page)) == (f"{url}/agent/tickets/{number}", [])


def test_a_link_in_the_original_opens_beside_and_knows_nothing_of_the_desk(
    own_app: Flask, browser: Browser, url: str, number: str, sink: Sink
) -> None:
    page = signed_in(browser, own_app, url, "ana")
    page.goto(f"{url}/agent/tickets/{number}")
    page.get_by_text(ORIGINAL).first.click()
    frame = page.frame_locator("iframe.original-frame").first

    with page.context.expect_page() as opening:
        frame.get_by_text("away").click()

    beside = opening.value
    beside.wait_for_load_state()
    assert beside.url == f"http://{sink.host}/away"
    assert beside.evaluate("[document.referrer, window.opener]") == ["", None]


@pytest.mark.parametrize("width, scheme", [(1440, "light"), (360, "dark")])
def test_nothing_of_it_is_hard_to_read_or_lies_beside_the_page(
    own_app: Flask, browser: Browser, url: str, number: str, width: int, scheme: str
) -> None:
    page = signed_in(browser, own_app, url, "ana", width=width, color_scheme=scheme)
    page.goto(f"{url}/agent/tickets/{number}")
    unfold(page)

    beside = page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(conversation)")
    found = [*violations(page), *complaints(page)]
    page.goto(f"{url}/agent/queues/open")
    found += violations(page)
    tally("pages of mails looked at by axe-core", 2)

    assert found == []
    assert (sideways(page), beside) == (0, 0)


def unfold(page: Page) -> None:
    """Everything a message folds."""
    for each in page.locator("details.envelope, details.quoted, details.original, details.deliveries").all():
        each.evaluate("each => { each.open = true }")
    expect(page.frame_locator("iframe.original-frame").first.locator("#who")).to_be_visible()
