"""Every page of every persona, in every state of the catalogue: valid HTML, accessible, quiet, never sideways."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support import nu
from tests.support.chromium import complaints, sideways, violations
from tests.support.furnished import furnish
from tests.support.pages import PAGES, PERSONAS, PersonaPage
from tests.support.pages.visiting import answers, not_set_up, visit, window_of
from tests.support.real_desk import RealDesk
from tests.support.tally import tally, tell

pytestmark = pytest.mark.browser

DESK, PHONE, SMALL = ({"width": width, "height": 844} for width in (1440, 390, 360))
COLOURS = ("color-contrast",)
SAMPLES = "styleguide"
"""A page of things that do nothing, and stand one below the other."""

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
# What is shown and does nothing as long as no script runs; menus that open beyond the edge of the window
DEAD = """() => {
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
    const isDead = (each) => each.matches("button:not([disabled])")
        ? !(each.popoverTargetElement || each.commandForElement || (each.form && each.type !== "button"))
        : each.matches("a:not([href])");
    const dead = shown("button, a").filter(isDead).map((each) => `${each.outerHTML.slice(0, 120)} does nothing`);
    const beyond = shown("details:not([open])").filter((menu) => {
        menu.open = true;
        const boxes = [...menu.children].map((each) => each.getBoundingClientRect());
        menu.open = false;
        return boxes.some(({ left, right }) => left < -0.5 || right > document.documentElement.clientWidth + 0.5);
    });
    return [...dead, ...beyond.map((each) => `${each.textContent.trim().slice(0, 40)} opens beyond the edge`)];
}"""


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, object]:
    return furnish(desk)


def test_every_page_is_valid_html(desk: RealDesk, places: Mapping[str, object], tmp_path: Path) -> None:
    pages = {page.name: answer.html for page, answer in answers(desk, places) if page in PAGES}

    found = nu.faults(pages, tmp_path)
    tally("pages read by the Nu HTML checker", len(pages))

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_page_suits_everybody(
    desk: RealDesk, places: Mapping[str, object], browser: Browser, url: str, persona: str
) -> None:
    """WCAG at the width of a desk and of a phone, in light and dark: what does not depend on colours, once a width."""
    pages = PERSONAS[persona].PAGES
    windows = {reader: window_of(reader, browser, desk, url, places) for reader in readers(pages)}
    found = []
    for page in one_by_one(desk, pages):
        window = windows[page.reader]
        dress(window, "light", DESK)
        visit(window, url, page, places)
        wrong = {"light": violations(window)}
        dress(window, "dark", DESK)
        wrong["dark"] = violations(window, only=COLOURS)
        wrong["wide"] = out_of_place(window) if page.name != SAMPLES else []
        dress(window, "dark", PHONE)
        wrong["phone"] = violations(window)
        dress(window, "light", SMALL)
        wrong["small"] = out_of_place(window) if page.name != SAMPLES else []
        tell(f"axe: {page.name:28} " + ", ".join(f"{how} {len(each)}" for how, each in wrong.items()))
        found += [f"{page.name}, {how}: {each}" for how, those in wrong.items() for each in those]
    noise = [said for window in windows.values() for said in complaints(window)]
    tally("pages × themes × widths looked at by axe-core", 3 * len(pages))

    assert found == [], "\n".join(found)
    assert [said for said in noise if "the server responded with a status of 4" not in said] == []


def test_every_page_is_whole_without_script(
    desk: RealDesk, places: Mapping[str, object], browser: Browser, url: str
) -> None:
    windows = {
        reader: window_of(reader, browser, desk, url, places, script=False, **SMALL)
        for reader in readers(PAGES)
    }
    found = []
    for page in one_by_one(desk, PAGES):
        window = windows[page.reader]
        visit(window, url, page, places)
        if page.name != SAMPLES:
            found += [f"{page.name}: {each}" for each in (*out_of_place(window), *window.evaluate(DEAD))]
    tally("pages looked at without script at 360 px", len(PAGES))

    assert found == [], "\n".join(found)


def readers(pages: Sequence[PersonaPage]) -> set[str]:
    return {page.reader for page in pages}


def one_by_one(desk: RealDesk, pages: Sequence[PersonaPage]) -> Iterator[PersonaPage]:
    """These pages; those from before the setup at the end, when the desk is as it was."""
    yield from (page for page in pages if not page.is_before_setup)
    with not_set_up(desk):
        yield from (page for page in pages if page.is_before_setup)


def dress(window: Page, scheme: str, size: Mapping[str, int]) -> None:
    window.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # a literal
    window.set_viewport_size({"width": size["width"], "height": size["height"]})


def out_of_place(window: Page) -> list[str]:
    """What scrolls that should not, or is cut off."""
    beyond = sideways(window)
    found: Sequence[str] = window.evaluate(OUT_OF_PLACE)
    return [*([f"{beyond} px sideways"] if beyond else []), *found]
