"""Views in a real browser: saved, arranged and counted by keyboard, and a wide list that scrolls in its own box."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, FloatRect, Page, expect

from helpdesk.queues.operations import Content, create_view
from tests.support.chromium import complaints, sideways, signed_in, violations
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser

Drag = Callable[[tuple[float, float], tuple[float, float]], None]


def save(page: Page, url: str, name: str, query: str) -> None:
    page.goto(f"{url}/agent/queues/open?q={query}")
    page.get_by_role("link", name="Save as view").press("Enter")
    page.get_by_label("Name").fill(name)
    for column in ("Status", "Waiting", "Created", "Organization"):
        page.get_by_label(column, exact=True).check()
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_views_are_saved_counted_and_moved_by_keyboard(
    browser: Browser, own_app: Flask, url: str, desk: RealDesk
) -> None:
    for title in ("The printer is on fire", "The desk is on fire", "Another matter"):
        desk.ask(title)
    page = signed_in(browser, own_app, url, "ana", width=1100)
    save(page, url, "Fires", "fire")
    save(page, url, "Printers", "printer")
    beside = page.get_by_role("navigation", name="Views").get_by_role("link")

    page.goto(f"{url}/agent/people")
    expect(beside).to_have_text(["Fires2", "Printers1", "Views"])  # the counts came with a script

    page.goto(f"{url}/agent/views")
    page.get_by_role("button", name="Move Printers up").press("Enter")
    expect(beside).to_have_text(["Printers1", "Fires2", "Views"])

    beside.first.press("Enter")
    expect(page.get_by_role("link", name="The printer is on fire")).to_be_visible()
    assert sideways(page) == 0
    assert violations(page) == []
    assert complaints(page) == []


def test_the_query_of_a_view_is_completed_and_its_mistake_taken_back(
    browser: Browser, own_app: Flask, url: str, desk: RealDesk
) -> None:
    desk.ask("The printer is on fire")
    page = signed_in(browser, own_app, url, "ana", width=390)
    page.goto(f"{url}/agent/views/new")
    page.get_by_label("Name").fill("Mine")
    query = page.get_by_label("Which tickets")

    query.press_sequentially("printer statu")
    expect(page.get_by_role("option", name="status:")).to_be_visible()
    assert sideways(page) == 0
    query.press("ArrowDown")
    query.press("Enter")
    expect(query).to_have_value("printer status:")
    query.fill("printer statsu:open")
    page.get_by_role("button", name="Save the view").click()
    expect(query).to_have_accessible_description(re.compile("Did you mean “status:”"))
    assert violations(page) == []
    page.get_by_role("button", name="printer status:open").click()
    expect(query).to_be_focused()
    page.get_by_role("button", name="Save the view").click()

    expect(page.get_by_role("heading", name="Mine", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="The printer is on fire")).to_be_visible()


@pytest.mark.parametrize("is_touch", [False, True])
def test_views_are_dragged_to_their_place(
    browser: Browser, own_app: Flask, url: str, desk: RealDesk, is_touch: bool
) -> None:
    with desk.doing("ana") as ana:
        for name in ("One", "Two", "Three", "Four"):
            create_view(Content(name=name, query=""), by=ana)
    page = signed_in(browser, own_app, url, "ana", width=390 if is_touch else 1440, has_touch=is_touch)
    page.goto(f"{url}/agent/views")
    names = page.locator(".view-list .row-title")
    points = [middle(grip.bounding_box()) for grip in page.locator(".grip").all()]
    below = points[2][0], points[2][1] + 8  # past its grip
    drag = touched(page) if is_touch else moused(page)

    drag(points[3], points[0])
    expect(names).to_have_text(["Four", "One", "Two", "Three"])
    expect(page.get_by_role("button", name="Move Four up")).to_be_disabled()  # the desk knows
    drag(points[0], below)
    expect(page.get_by_role("button", name="Move One up")).to_be_disabled()
    expect(names).to_have_text(["One", "Two", "Four", "Three"])
    assert violations(page) == []
    assert complaints(page) == []


def test_a_drag_is_given_up_with_escape(browser: Browser, own_app: Flask, url: str, desk: RealDesk) -> None:
    with desk.doing("ana") as ana:
        for name in ("One", "Two", "Three"):
            create_view(Content(name=name, query=""), by=ana)
    page = signed_in(browser, own_app, url, "ana")
    page.goto(f"{url}/agent/views")
    names = page.locator(".view-list .row-title")
    first, last = page.locator(".grip").first, page.locator(".grip").last

    first.hover()
    page.mouse.down()
    x, y = middle(last.bounding_box())
    page.mouse.move(x, y + 8, steps=4)
    expect(names).to_have_text(["Two", "Three", "One"])
    page.keyboard.press("Escape")
    page.mouse.up()

    expect(names).to_have_text(["One", "Two", "Three"])
    page.reload()
    expect(names).to_have_text(["One", "Two", "Three"])


def middle(box: FloatRect | None) -> tuple[float, float]:
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def moused(page: Page) -> Drag:
    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=8)
        with page.expect_navigation():
            page.mouse.up()

    return drag


def touched(page: Page) -> Drag:
    device = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        found = [{"x": x, "y": y} for x, y in points]
        device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        touch("touchStart", start)
        for step in range(1, 9):
            touch("touchMove", (end[0], start[1] + (end[1] - start[1]) * step / 8))
        with page.expect_navigation():
            touch("touchEnd")

    return drag
