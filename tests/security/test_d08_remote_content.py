"""D08: who reads a mail tells nobody so. Nothing is fetched from elsewhere until a reader asks for the pictures."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from helpdesk.tickets.operations import reply
from tests.support.chromium import chromium, served, signed_in
from tests.support.furnished import numbered
from tests.support.http_sink import Sink, http_sink
from tests.support.mailed import filed, letter
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

pytestmark = pytest.mark.browser

TRICKS = (
    '<img src="http://{0}/img">',
    '<img src="//{0}/relative">',
    '<IMG SRC=\n"http://{0}/newline">',
    '<img src=" \thttp://{0}/blank">',
    '<img srcset="http://{0}/srcset 1x, http://{0}/srcset2 2x">',
    '<picture><source srcset="http://{0}/source"><img></picture>',
    '<img lowsrc="http://{0}/lowsrc" dynsrc="http://{0}/dynsrc">',
    '<table background="http://{0}/table"><tr><td background="http://{0}/td">x</td></tr></table>',
    '<div style="background:url(http://{0}/style)">x</div>',
    "<div style='background-image:url(\"http://{0}/quoted\")'>x</div>",
    '<div style="background:\\75rl(http://{0}/escaped)">x</div>',
    '<div style="background:u/**/rl(http://{0}/comment)">x</div>',
    "<div style=\"background-image:image-set('http://{0}/set' 1x)\">x</div>",
    '<ul style="list-style-image:url(//{0}/list)"><li>x</li></ul>',
    '<p style="cursor:url(http://{0}/cursor),auto">x</p>',
    "<style>@import 'http://{0}/import';</style>",
    "<style>@import url(//{0}/import-url);</style>",
    "<style>@font-face{{font-family:f;src:url(http://{0}/font)}} p{{font-family:f}}</style><p>x</p>",
    "<style>p::before{{content:url(http://{0}/content)}} p{{background:url(http://{0}/rule)}}</style>",
    "<style>p{{background:\\55 RL(http://{0}/rule-escaped)}}</style>",
    '<link rel="stylesheet" href="http://{0}/sheet">',
    '<link rel="prefetch" href="http://{0}/prefetch"><link rel="preload" as="image" href="http://{0}/preload">',
    '<link rel="icon" href="http://{0}/icon">',
    '<link rel="preconnect" href="http://{0}/"><link rel="dns-prefetch" href="//{0}">',
    '<svg><image href="http://{0}/svg"/><use href="http://{0}/use#x"/><feImage href="http://{0}/fe"/></svg>',
    "<svg><style>@import url(http://{0}/svg-import);</style></svg>",
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='http://{0}/d'/></svg>\">",
    '<math><mglyph src="http://{0}/mglyph"></math>',
    '<video poster="http://{0}/poster" src="http://{0}/video" autoplay></video>',
    '<audio src="http://{0}/audio" autoplay></audio><track src="http://{0}/track">',
    '<iframe src="http://{0}/frame"></iframe><iframe srcdoc="<img src=http://{0}/srcdoc>"></iframe>',
    '<embed src="http://{0}/embed"><object data="http://{0}/object"></object>',
    '<input type="image" src="http://{0}/input"><bgsound src="http://{0}/sound">',
    '<meta http-equiv="refresh" content="0;url=http://{0}/refresh"><base href="http://{0}/base/"><img src="rel">',
    '<noscript><img src="http://{0}/noscript"></noscript><template><img src="http://{0}/template"></template>',
    '<a href="http://{0}/link" ping="http://{0}/ping">x</a><form action="http://{0}/form"></form>',
    "<script>fetch('http://{0}/script')</script><img src=x onerror=\"fetch('http://{0}/error')\">",
    '<body background="http://{0}/body">',
    '<xmp><img src="http://{0}/xmp"></xmp><plaintext><img src="http://{0}/plain">',
)
ASKED_FOR = "Load pictures from elsewhere"


@pytest.mark.parametrize("has_policy", [True, False], ids=["with our policy", "without it"])
def test_nothing_is_fetched_until_somebody_asks(own_app: Flask, has_policy: bool) -> None:
    desk = RealDesk(own_app)
    with http_sink() as sink, served(own_app) as url, chromium() as chrome:
        html = "".join(each.format(sink.host) for each in TRICKS)
        mail = filed(
            desk, letter(subject="Look at this", text="Look.", html=f"<html><p>Look.</p>{html}</html>")
        )
        assert mail.ticket is not None
        number = mail.ticket.ticket_number
        with desk.doing("ana") as ana:
            reply(numbered(number), by=ana, content="Thank you.")

        as_staff(chrome, own_app, url, number, has_policy=has_policy)
        as_customer(chrome, own_app, url, number, has_policy=has_policy)
        before = (list(sink.asked), sink.connections)
        on_a_click(chrome, own_app, url, number, sink)

    tally("ways to fetch something from elsewhere", len(TRICKS))
    assert before == ([], 0)
    assert "/img" in sink.asked
    assert {"/frame", "/script", "/error", "/sheet", "/import", "/font", "/refresh"}.isdisjoint(sink.asked)


def as_staff(chrome: Browser, app: Flask, url: str, number: str, *, has_policy: bool) -> None:
    """Every page that can show it, the original unfolded, on paper, as PDF, and for itself."""
    page = signed_in(chrome, app, url, "ana", bypass_csp=not has_policy)
    for path in ("/agent/queues/open", "/agent/search?q=look", f"/agent/tickets/{number}"):
        page.goto(url + path)
    page.emulate_media(media="print")
    page.pdf()
    page.emulate_media(media="screen")
    opened(page)
    original = page.locator("iframe.original-frame").first.get_attribute("src")
    page.goto(f"{url}{original}")
    expect(page.get_by_text("Look.").first).to_be_visible()
    page.pdf()
    page.goto(f"{url}/agent/people/{mails_person(page, url, number)}")


def mails_person(page: Page, url: str, number: str) -> str:
    page.goto(f"{url}/agent/tickets/{number}")
    address = page.locator("#side-requester a.name").get_attribute("href") or ""
    return address.rpartition("/")[2]


def as_customer(chrome: Browser, app: Flask, url: str, number: str, *, has_policy: bool) -> None:
    page = signed_in(chrome, app, url, "carl", bypass_csp=not has_policy)
    for path in ("/portal/tickets", f"/portal/tickets/{number}", f"/portal/tickets/{number}/print"):
        page.goto(url + path)
        expect(page.get_by_text("Look").first).to_be_visible()


def opened(page: Page) -> None:
    """The original, as it stands in its frame."""
    page.locator("details.original > summary").first.click()
    expect(page.frame_locator("iframe.original-frame").first.get_by_text("Look.").first).to_be_visible()


def on_a_click(chrome: Browser, app: Flask, url: str, number: str, sink: Sink) -> None:
    page = signed_in(chrome, app, url, "ana")
    page.goto(f"{url}/agent/tickets/{number}")
    opened(page)
    with page.expect_request(f"http://{sink.host}/img"):
        page.get_by_text(ASKED_FOR).first.click()
    page.wait_for_load_state("networkidle")
