"""Statistics in a browser: charts drawn from their tables, and three numbers followed to exactly their tickets."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from helpdesk.app import create_app
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.roles import owner_engine
from helpdesk.demo import generate, prepare
from helpdesk.files.store import Store
from tests.support import databases
from tests.support.chromium import complaints, served, sideways, signed_in, violations

pytestmark = pytest.mark.browser

PAINTED = """(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let place = 0; place < data.length; place += 4) {
        if (data[place + 3] === 255) seen.add(data.slice(place, place + 3).join());
    }
    return [...seen];
}"""


@pytest.fixture(scope="module")
def demo(
    server: EmbeddedServer, run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A desk with two years of tickets."""
    name = f"charted_{databases.worker_name()}"
    databases.clone(server, run_folder, name)
    config = databases.config_for(server, name, tmp_path_factory.mktemp("charted"))
    engine = owner_engine(config)
    prepare(engine)
    with engine.begin() as connection:
        store = Store(config.data_dir / "files")
        generate(connection, tickets=160, seed=3, password="x" * 12, store=store)
    engine.dispose()
    app = create_app(config)
    yield app
    databases.dispose(app)
    server.drop_database(name)


@pytest.fixture(scope="module")
def address(demo: Flask) -> Iterator[str]:
    with served(demo) as address:
        yield address


def shown(browser: Browser, demo: Flask, address: str, query: str = "", **options: object) -> Page:
    page = signed_in(browser, demo, address, "ana", **options)
    page.goto(f"{address}/agent/statistics{query}")
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_three_numbers_lead_to_exactly_that_many_tickets(
    browser: Browser, demo: Flask, address: str, script: bool
) -> None:
    page = shown(browser, demo, address, "?days=91", script=script)

    for number in ("#tile-created .value", "#flows tfoot a >> nth=1", "#hours tbody a >> nth=0"):
        words = page.locator(number).inner_text()
        page.locator(number).click()
        page.wait_for_url("**/agent/search?**")
        head = page.locator("h1 .count").inner_text()
        assert head == words
        if int(head) <= 50:
            assert page.locator("tr.ticket").count() == int(head)
        page.go_back()
    assert complaints(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chart_is_drawn_in_the_colours_of_the_theme(
    browser: Browser, demo: Flask, address: str, scheme: str
) -> None:
    page = shown(browser, demo, address, "?days=91", color_scheme=scheme)
    canvas = page.locator(".plot canvas")
    canvas.wait_for()

    painted = canvas.evaluate(PAINTED)
    text = page.evaluate("getComputedStyle(document.querySelector('#tile-created .value')).color")
    assert len(painted) > 3
    assert violations(page) == []
    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    page.wait_for_function("([was]) => !(" + PAINTED + ")(document.querySelector('.plot canvas')).includes(was)",
                           arg=[_written(text, page)])  # fmt: skip
    assert complaints(page) == []


def _written(colour: str, page: Page) -> str:
    """A colour as a canvas stores it."""
    found = page.evaluate(
        """(colour) => {
            const canvas = new OffscreenCanvas(1, 1).getContext("2d");
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].join();
        }""",
        colour,
    )
    return str(found)


def test_the_chart_says_its_numbers_under_the_pointer_and_leads_to_the_tickets(
    browser: Browser, demo: Flask, address: str
) -> None:
    page = shown(browser, demo, address, "?days=91")
    last = page.locator("#flows tbody tr").last.locator("td, th").all_inner_texts()
    box = page.locator(".plot .u-over").bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + box["height"] / 2)

    said = page.locator("[data-told]").inner_text()
    assert said == f"{last[0]}: Created {last[1]}, Resolved {last[2]}"
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**/agent/search?**")
    assert page.locator("h1 .count").inner_text() == last[1]


def test_definitions_open_by_key_and_close_again(browser: Browser, demo: Flask, address: str) -> None:
    page = shown(browser, demo, address)
    question = page.get_by_role("button", name="How this is counted: First answer, median")

    question.focus()
    page.keyboard.press("Enter")

    meaning = page.locator("#about-tile-first-answer")
    assert meaning.is_visible()
    assert "a reopened one gets no second" in meaning.inner_text()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#tile-first-answer') !== null")


@pytest.mark.parametrize("width", [390, 360])
def test_a_phone_shows_all_of_it(browser: Browser, demo: Flask, address: str, width: int) -> None:
    page = shown(browser, demo, address, "?days=364&priority=medium", width=width, height=800)
    page.locator(".plot canvas").wait_for()

    assert sideways(page) == 0
    assert violations(page) == []
    page.get_by_text("Filter by").click()
    panel = page.locator(".menu[open] .menu-panel").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= width
    page.get_by_label("Priority", exact=True).select_option("high")
    page.locator(".menu[open]").get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile("priority=high"))
    assert page.get_by_text("Priority:").is_visible()
    assert complaints(page) == []
