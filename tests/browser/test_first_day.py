"""The first day of a desk: the built wheel in an empty folder, and the way of one question through three people."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import chromium, complaints, open_page
from tests.support.running_desk import RunningDesk
from tests.support.tally import tally

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "artefacts" / "first-day"
PASSWORD = "a long enough sentence"
QUESTION = "The scanner stopped reading labels"
ANSWER = "Please hold the trigger for ten seconds; that resets it."
NOTE = "Third one this week. Firmware 2.1 again."


@pytest.fixture(scope="module")
def wheel_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """The wheel built from this tree, installed by pip into an environment of its own, started in an empty folder."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("helpdesk-*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pip = [str(folder / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(pip, check=True, cwd=folder, capture_output=True)
    desk = RunningDesk(folder / "empty", program=(str(folder / "venv/bin/helpdesk"),))
    desk.start()
    try:
        tally("seconds until the installed wheel was ready", round(desk.wait_until_ready()))
        yield desk
    finally:
        desk.remove()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def link_on_console(desk: RunningDesk, kind: str) -> str:
    """The newest one-time link of a kind, as the console of a lone machine shows it."""
    for _ in range(100):
        if found := re.findall(rf"(/{kind}/[\w-]{{20,}})", desk.said()):
            return desk.url + str(found[-1])
        time.sleep(0.2)
    raise AssertionError(f"no {kind} link on the console:\n{desk.said()}")


class Album:
    """Numbered pictures of the way, light, dark and on the phone."""

    def __init__(self) -> None:
        self.count = 0
        PICTURES.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str) -> None:
        self.count += 1
        for look, width, height in (("light", 1440, 900), ("dark", 1440, 900), ("phone", 390, 844)):
            page.emulate_media(color_scheme="dark" if look == "dark" else "light")
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=PICTURES / f"{self.count:02}-{name}-{look}.png")
            tally("pictures of the first day")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})


def test_ask_note_answer_assign_resolve_read_audit(
    wheel_desk: RunningDesk, browser: Browser, tmp_path: Path
) -> None:
    desk, album = wheel_desk, Album()
    ada, ana, carl = (open_page(browser) for _ in range(3))

    # the first administrator sets the desk up
    ada.goto(link_on_console(desk, "setup"))
    ada.get_by_label("Your name").fill("Ada Admin")
    ada.get_by_label("E-mail").fill("ada@desk.example")
    ada.get_by_role("textbox", name="Password").fill(PASSWORD)
    ada.get_by_label("Name of the desk").fill("Velorna")
    album.take(ada, "setup")
    ada.get_by_role("button", name="Set up the desk").click()
    expect(ada.get_by_role("heading", level=1)).to_contain_text("Unassigned")
    album.take(ada, "empty-queue")

    # she invites an agent, who chooses a password
    ada.goto(f"{desk.url}/admin/people")
    album.take(ada, "people")
    ada.goto(f"{desk.url}/admin/people/new")
    ada.get_by_label("E-mail").fill("ana@desk.example")
    ada.locator("input[name=full_name]").fill("Ana Agent")
    ada.get_by_role("radio", name=re.compile("^Agent")).check()
    album.take(ada, "invite")
    ada.get_by_role("button", name="Send invitation").click()
    ana.goto(link_on_console(desk, "invitation"))
    ana.get_by_role("textbox", name="Password").fill(PASSWORD)
    ana.get_by_role("main").get_by_role("button").first.click()
    expect(ana.get_by_role("heading", level=1)).to_contain_text("Unassigned")

    # a customer signs up, confirms and asks
    carl.goto(f"{desk.url}/register")
    carl.get_by_label("Your name").fill("Carl Customer")
    carl.get_by_label("E-mail").fill("carl@customer.example")
    carl.get_by_role("button", name="Mail me the link").click()
    carl.goto(link_on_console(desk, "confirm"))
    carl.get_by_role("textbox", name="Password").fill(PASSWORD)
    carl.get_by_role("main").get_by_role("button").first.click()
    expect(carl.get_by_role("heading", level=1)).to_contain_text("My requests")
    album.take(carl, "portal-empty")
    carl.get_by_role("link", name="Write your first request").click()
    file = tmp_path / "labels.txt"
    file.write_text("label 1, label 2")
    carl.get_by_label("What is it about?").fill(QUESTION)
    carl.get_by_label("Tell us more").fill(
        "Since this morning it beeps twice and reads nothing.\n\nWhat can we do?"
    )
    carl.locator("input[type=file]").set_input_files(file)
    album.take(carl, "new-request")
    carl.get_by_role("button", name="Send request").click()
    expect(carl.get_by_role("heading", level=1)).to_have_text("Thank you, we have it.")
    album.take(carl, "request-sent")
    number = carl.url.rsplit("/", 1)[-1]

    # the agent finds it, notes, answers, takes it
    ana.goto(f"{desk.url}/agent/queues/unassigned")
    expect(ana.get_by_role("link", name=QUESTION)).to_be_visible()
    album.take(ana, "queue")
    ana.get_by_role("link", name=QUESTION).click()
    ana.get_by_role("button", name="Take it").click()
    ana.locator("label", has_text="Note").first.click()
    ana.get_by_label("Your text").fill(NOTE)
    ana.get_by_role("button", name="Add internal note").click()
    expect(ana.get_by_text(NOTE)).to_be_visible()
    ana.get_by_label("Your text").fill(ANSWER)
    album.take(ana, "writing")
    ana.get_by_role("button", name=re.compile("^Send")).first.click()
    expect(ana.locator(".message", has_text=ANSWER)).to_be_visible()
    album.take(ana, "ticket")
    ana.get_by_role("button", name="Send now").first.click()
    expect(ana.get_by_role("button", name="Send now")).to_have_count(0)
    ana.get_by_role("button", name="Resolve").click()
    expect(ana.locator(".ticket-head .status")).to_contain_text("Resolved")

    # the customer reads the answer, not the note
    carl.goto(f"{desk.url}/portal/tickets/{number}")
    expect(carl.get_by_text(ANSWER)).to_be_visible()
    assert NOTE not in carl.content()
    album.take(carl, "answer")
    carl.goto(f"{desk.url}/portal/tickets?show=solved")
    album.take(carl, "solved")

    # the administrator sees each step
    ada.goto(f"{desk.url}/admin/audit")
    trail = ada.get_by_role("main").inner_text()
    for step in ("Carl Customer", "Ana Agent", number, "Resolved", "In progress"):
        assert step in trail, f"{step} is not in the trail"
    assert NOTE not in trail
    assert ANSWER not in trail
    album.take(ada, "audit")

    assert [complaints(page) for page in (ada, ana, carl)] == [[], [], []]
    tally("steps of the first day", album.count)
    assert desk.stop() == 0
    assert desk.said().rstrip().endswith("Stopped.")
