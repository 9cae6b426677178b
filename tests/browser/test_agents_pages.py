"""Every page of the agents' desk, in every state of the catalogue: valid HTML, accessible, quiet, never sideways."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.support import nu
from tests.support.chromium import chromium, complaints, served, sideways, signed_in, submit, violations
from tests.support.furnished import furnish
from tests.support.pages import PersonaPage
from tests.support.pages.agents import PAGES
from tests.support.real_desk import RealDesk
from tests.support.tally import tally, tell

pytestmark = pytest.mark.browser

# The frame fills the window, so that bars and composers stay; nothing in the bar on top is cut off.
OUT_OF_PLACE = """() => {
    const frame = document.querySelector(".frame");
    if (!frame) return [];
    const page = document.documentElement;
    const isCut = ({ left, right }) => left < 0 || right > page.clientWidth;
    const cut = [...document.querySelectorAll(":is(.topbar, .ticket-head) :is(a, button, summary)")]
        .filter((each) => each.checkVisibility() && isCut(each.getBoundingClientRect()))
        .map((each) => `${each.textContent.trim()} is cut off`);
    const scrolls = [page, frame].some((each) => each.scrollHeight > each.clientHeight);
    return scrolls ? ["the page itself scrolls", ...cut] : cut;
}"""
READERS = sorted({page.reader for page in PAGES})


@pytest.fixture
def desk(own_app: Flask) -> RealDesk:
    return RealDesk(own_app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, object]:
    return furnish(desk)


@pytest.fixture
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_every_page_is_valid_html(desk: RealDesk, places: Mapping[str, object], tmp_path: Path) -> None:
    readers = {name: desk.browser(name) for name in READERS}
    pages, statuses = {}, {}
    for page in PAGES:
        reader, address = readers[page.reader], page.address(places)
        answer = reader.post(address, dict(page.sends)) if page.sends else reader.get(address)
        pages[page.name], statuses[page.name] = answer.html, answer.status

    found = nu.faults(pages, tmp_path)
    tally("agents' pages read by the Nu HTML checker", len(pages))

    assert found == []
    assert statuses == {page.name: page.status for page in PAGES}


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_violates_wcag(
    own_app: Flask, places: Mapping[str, object], chrome: Browser, width: int
) -> None:
    found = []
    with served(own_app) as url:
        readers = {name: signed_in(chrome, own_app, url, name, width=width) for name in READERS}
        for page in PAGES:
            shown = readers[page.reader]
            shown.emulate_media(color_scheme="light", reduced_motion="reduce")
            visit(shown, url, page, places)
            light = violations(shown)
            shown.emulate_media(color_scheme="dark", reduced_motion="reduce")
            dark = violations(shown)
            tell(f"axe: {page.name:28} {width:>5} light {len(light)}, dark {len(dark)} violations")
            found += [f"{page.name}: {each}" for each in (*light, *dark)]
            assert sideways(shown) == 0, page.name
            assert shown.evaluate(OUT_OF_PLACE) == [], page.name
        noise = [said for reader in readers.values() for said in complaints(reader)]
    tally("agents' pages × widths × themes looked at by axe-core", 2 * len(PAGES))

    assert found == []
    assert [said for said in noise if "the server responded with a status of 4" not in said] == []


def visit(shown: Page, url: str, page: PersonaPage, places: Mapping[str, object]) -> None:
    """Open the page; for one that a refused form shows, send that form."""
    if page.sends:
        shown.goto(f"{url}/agent/tickets/new")
        submit(shown, page.address(places), page.sends)
    else:
        shown.goto(url + page.address(places))
