"""The composer in a real browser: formatted text, files by every way, drafts that outlive it, and no surprise."""

import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Comment, Draft, StagedFile, Ticket
from helpdesk.tickets.operations import reply
from tests.support.cast import PASSWORD, PEOPLE
from tests.support.chromium import complaints, open_page, sideways, violations
from tests.support.processes import eventually
from tests.support.real_desk import RealDesk

pytestmark = pytest.mark.browser

SENT = re.compile("^Send, then wait")
TRANSFER = """([name, type, bytes]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], name, {type}));
  return transfer;
}"""


def opened(browser: Browser, url: str, number: str, name: str = "ana", **options: object) -> Page:
    """The ticket's page in a browser of its own, in which this person is signed in."""
    page = open_page(browser, **options)
    page.goto(f"{url}/login?next=/agent/tickets/{number}")
    page.get_by_label("E-mail").fill(PEOPLE[name])
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(f"**/agent/tickets/{number}")
    return page


def editor(page: Page) -> Any:
    expect(page.locator("trix-editor")).to_be_visible()
    return page.get_by_label("Your text")


def png() -> bytes:
    content = BytesIO()
    Image.new("RGB", (30, 20), (40, 90, 200)).save(content, "PNG")
    return content.getvalue()


def hand_over(page: Page, way: str, name: str, kind: str, content: bytes) -> None:
    """Drop a file on the editor, or paste it."""
    transfer = page.evaluate_handle(TRANSFER, [name, kind, list(content)])
    field = "clipboardData" if way == "paste" else "dataTransfer"
    page.evaluate(
        """([way, field, transfer]) => {
          const editor = document.querySelector("trix-editor");
          const box = editor.getBoundingClientRect();
          const place = {bubbles: true, cancelable: true, clientX: box.x + 20, clientY: box.y + 10};
          const Kind = way === "paste" ? ClipboardEvent : DragEvent;
          editor.dispatchEvent(new Kind(way, {...place, [field]: transfer}));
        }""",
        [way, field, transfer],
    )


def caught_up(page: Page) -> None:
    """The editor draws with the next frame and hears of the caret after it: no hand is quicker than that."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")


def written(desk: RealDesk) -> list[tuple[str, bool]]:
    return desk.rows(
        select(Comment.content, Comment.is_internal).where(~Comment.is_opening).order_by(Comment.id)
    )


def carl_writes(desk: RealDesk, text: str) -> None:
    with desk.doing("carl") as carl:
        reply(db.session.scalars(select(Ticket)).one(), by=carl, content=text)


def test_an_answer_with_format_and_files_by_button_drop_and_paste(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    text = editor(page)

    text.click()
    page.keyboard.type("Dear Carl, ")
    caught_up(page)
    page.keyboard.press("Control+b")
    expect(page.get_by_role("button", name="Bold")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("water")
    caught_up(page)
    page.keyboard.press("Control+b")
    hand_over(page, "paste", "image.png", "image/png", png())
    expect(page.locator("trix-editor img")).to_have_js_property("complete", True)
    expect(page.locator("trix-editor img")).to_have_js_property("naturalWidth", 30)
    page.locator("input[name=files]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"the plan"}
    )
    expect(page.locator(".waiting li", has_text="plan.txt")).to_contain_text("8 bytes")
    hand_over(page, "drop", "hose.pdf", "application/pdf", b"%PDF-1.4 hose")
    expect(page.locator(".waiting li", has_text="hose.pdf")).to_contain_text("PDF")
    expect(page.locator(".waiting li:visible")).to_have_count(2)
    editor(page).focus()
    page.keyboard.press("Control+Enter")

    expect(page.locator(".message.staff strong")).to_have_text("water")
    expect(page.locator(".message.staff .prose img")).to_have_js_property("naturalWidth", 30)
    assert written(desk) == [("Dear Carl, water[image.png]", False)]
    files = desk.rows(select(Attachment.filename, Attachment.is_inline).order_by(Attachment.filename))
    assert files == [("hose.pdf", False), ("image.png", True), ("plan.txt", False)]
    assert desk.rows(select(StagedFile.id)) == desk.rows(select(Draft.id)) == []
    assert complaints(page) == []


def test_five_are_answered_with_a_file_each(browser: Browser, url: str, desk: RealDesk) -> None:
    numbers = [desk.ask(f"Question {place}") for place in range(5)]
    page = opened(browser, url, numbers[0])
    for number in numbers:
        page.goto(f"{url}/agent/tickets/{number}")
        editor(page).click()
        page.keyboard.type("See the plan.")
        plan = {"name": f"{number}.txt", "mimeType": "text/plain", "buffer": b"plan"}
        page.locator("input[name=files]").set_input_files(plan)
        expect(page.locator(".waiting li:visible")).to_contain_text(f"{number}.txt")
        editor(page).click()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".message.staff .file")).to_contain_text(f"{number}.txt")

    assert written(desk) == [("See the plan.", False)] * 5
    names = desk.rows(select(Attachment.filename).order_by(Attachment.id))
    assert names == [(f"{number}.txt",) for number in numbers]


def test_a_draft_stands_in_another_browser_with_its_mode_and_files(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    editor(page)
    page.locator("label", has_text="Note").first.click()
    page.keyboard.type("Third one this week.")
    page.locator("input[name=files]").set_input_files(
        {"name": "log.txt", "mimeType": "text/plain", "buffer": b"log"}
    )
    hand_over(page, "paste", "image.png", "image/png", png())
    expect(page.locator("trix-editor img")).to_be_visible()
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"^Draft saved \d+:\d\d"))
    # the words are saved before the picture has arrived, and once more with it
    assert eventually(lambda: any("/files/" in content for (content,) in desk.rows(select(Draft.content))))

    other = opened(browser, url, number)
    expect(editor(other)).to_contain_text("Third one this week.")
    expect(other.locator("trix-editor img")).to_have_js_property("naturalWidth", 30)
    expect(other.locator("trix-editor img")).to_have_attribute("alt", "image.png")
    expect(other.locator("input[name=mode][value=note]")).to_be_checked()
    expect(other.locator(".waiting li:visible")).to_contain_text("log.txt")
    assert opened(browser, url, number, "ben").locator("[data-file]:visible").count() == 0

    other.get_by_role("button", name="Add internal note").click()
    expect(other.locator(".message.internal .prose img")).to_be_visible()
    assert written(desk) == [("Third one this week.[image.png]", True)]
    page.reload()
    expect(editor(page)).to_have_text("")
    expect(page.locator(".waiting li:visible")).to_have_count(0)
    assert complaints(page) == []
    assert complaints(other) == []


def test_what_was_typed_a_moment_ago_is_there_after_leaving_at_once(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    editor(page).click()
    page.keyboard.type("Just typed")
    page.goto(f"{url}/agent/queues/mine")
    page.goto(f"{url}/agent/tickets/{number}")
    expect(editor(page)).to_have_text("Just typed")
    page.keyboard.press("Control+End")

    other = opened(browser, url, number)
    expect(editor(other)).to_have_text("Just typed")


def test_two_tabs_follow_each_other(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    other = page.context.new_page()
    other.goto(f"{url}/agent/tickets/{number}")
    editor(other)
    look = "document.dispatchEvent(new Event('visibilitychange'))"

    editor(page).click()
    page.keyboard.type("From the first")
    expect(page.locator("[data-saved]")).to_contain_text("Draft saved")
    other.evaluate(look)
    expect(editor(other)).to_have_text("From the first")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.staff")).to_have_count(1)
    other.evaluate(look)
    expect(editor(other)).to_have_text("")
    expect(other.locator("[data-discard]")).to_be_hidden()


def test_a_draft_is_discarded_by_two_presses(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    editor(page).click()
    page.keyboard.type("Never mind")
    expect(page.locator("[data-saved]")).to_contain_text("Draft saved")

    page.get_by_label("Discard draft").click()
    page.get_by_role("button", name="Discard this draft and its files").click()

    expect(page.get_by_text("Draft discarded.")).to_be_visible()
    expect(editor(page)).to_have_text("")
    assert desk.rows(select(Draft.id)) == []


def test_a_note_cannot_be_sent_as_a_reply(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    editor(page).click()
    page.keyboard.type("He is annoying.")
    page.locator("label", has_text="Note").first.click()

    expect(page.get_by_role("button", name=SENT)).to_be_hidden()
    page.evaluate("document.querySelector('#reply .split button').click()")

    expect(page.locator(".wrong")).to_contain_text("the switch says note")
    expect(editor(page)).to_have_text("He is annoying.")
    assert written(desk) == []
    page.keyboard.press("Control+Enter")  # the focus is elsewhere: nothing is sent
    editor(page).click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.internal")).to_have_count(1)
    assert written(desk) == [("He is annoying.", True)]


@pytest.mark.parametrize("script", [True, False])
def test_what_came_meanwhile_is_shown_before_anything_is_sent(
    browser: Browser, url: str, desk: RealDesk, script: bool
) -> None:
    number = desk.ask()
    page = opened(browser, url, number, script=script)
    text = editor(page) if script else page.get_by_label("Your text")
    text.fill("Use water.")
    carl_writes(desk, "It is an electrical fire!")
    carl_writes(desk, "And growing.")

    page.get_by_role("button", name=SENT).click()

    expect(page.locator(".news")).to_contain_text("2 messages came while you wrote. Read them, then send.")
    expect(page.locator(".message").last).to_contain_text("And growing.")
    assert page.locator(".news a").get_attribute("href") == "#comment-2"
    if script:
        expect(editor(page)).to_have_text("Use water.")
    else:
        expect(page.get_by_label("Your text")).to_have_value("Use water.")
    assert len(written(desk)) == 2
    page.get_by_role("button", name=SENT).click()
    expect(page.locator(".message.staff")).to_have_count(1)
    assert written(desk)[-1] == ("Use water.", False)


def test_the_notice_comes_by_itself_and_goes_when_the_messages_are_shown(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    editor(page).click()
    page.keyboard.type("Use water.")
    carl_writes(desk, "It is an electrical fire!")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator(".news")).to_contain_text("1 message came while you wrote.")
    page.locator(".news a").click()
    expect(page.locator(".message").last).to_contain_text("It is an electrical fire!")
    expect(page.locator(".news")).to_be_hidden()
    expect(editor(page)).to_have_text("Use water.")
    page.get_by_role("button", name=SENT).click()
    expect(page.locator(".message.staff")).to_have_count(1)


def test_limits_are_told_before_anything_is_sent_and_a_file_can_be_taken_out(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    editor(page)
    page.evaluate("document.querySelector('[data-waiting]').dataset.maxBytes = 1000")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/uploads" in request.url else None)

    page.locator("input[name=files]").set_input_files(
        {"name": "film.bin", "mimeType": "application/octet-stream", "buffer": b"x" * 1001}
    )
    expect(page.locator(".waiting .bad")).to_contain_text("Not attached: all files together may have")
    assert sent == []
    page.locator(".waiting").get_by_role("button", name="Remove").click()
    page.locator("input[name=files]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"}
    )
    expect(page.locator(".waiting li")).to_contain_text("4 bytes")
    page.locator(".waiting").get_by_role("button", name="Remove").click()

    expect(page.locator(".waiting li")).to_have_count(0)
    page.wait_for_timeout(300)
    assert desk.rows(select(StagedFile.id)) == []


def test_after_sending_the_writer_goes_where_they_chose(browser: Browser, url: str, desk: RealDesk) -> None:
    first, second = desk.ask("First"), desk.ask("Second")
    page = opened(browser, url, first)
    page.goto(f"{url}/agent/tickets/{first}?in=open")
    editor(page).click()
    page.keyboard.type("Use water.")
    page.get_by_label("Send and set another status").click()
    page.get_by_label("Open the next one").check()
    page.keyboard.press("Escape")
    editor(page).click()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/agent/tickets/{second}?in=open")

    editor(page).click()
    page.keyboard.type("Use more water.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/agent/queues/open")
    assert [text for text, _internal in written(desk)] == ["Use water.", "Use more water."]


def test_everything_is_there_for_a_keyboard(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    text = editor(page)
    text.focus()
    page.keyboard.type("one")
    expect(text).to_have_text("one")
    page.keyboard.press("Control+a")
    page.wait_for_function("getSelection().toString().trim() === 'one'")
    # the editor follows the selection with the next frame; a hand is slower than that
    page.wait_for_timeout(100)
    tool = page.get_by_role("button", name="Bold")
    tool.focus()
    page.keyboard.press("Enter")
    expect(tool).to_have_attribute("aria-pressed", "true")
    expect(page.locator("trix-editor strong")).to_have_text("one")
    page.keyboard.press("Control+k")
    page.keyboard.type("https://water.example/")
    page.keyboard.press("Enter")
    expect(page.locator("trix-editor a")).to_have_attribute("href", "https://water.example/")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.staff strong")).to_have_text("one")
    expect(page.locator(".message.staff .prose a")).to_have_attribute("href", "https://water.example/")


def test_a_phone_has_room_for_an_answer(browser: Browser, url: str, desk: RealDesk) -> None:
    number = desk.ask()
    page = opened(browser, url, number, width=390, height=844)
    editor(page).click()
    page.keyboard.type("Use water.")
    hand_over(page, "paste", "image.png", "image/png", png())
    expect(page.locator("trix-editor img")).to_be_visible()

    assert sideways(page) == 0
    page.get_by_role("button", name=SENT).click()
    expect(page.locator(".message.staff .prose img")).to_be_visible()
    assert sideways(page) == 0


def test_without_script_files_that_went_ahead_are_chosen_by_ticks(
    browser: Browser, url: str, desk: RealDesk
) -> None:
    number = desk.ask()
    page = opened(browser, url, number)
    editor(page).click()
    page.keyboard.type("See both.")
    for name in ("one.txt", "two.txt"):
        page.locator("input[name=files]").set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": name.encode()}
        )
        expect(page.locator(".waiting li", has_text=name)).to_contain_text("7 bytes")
    expect(page.locator("[data-saved]")).to_contain_text("Draft saved")

    plain = opened(browser, url, number, script=False)
    expect(plain.get_by_label("Your text")).to_have_value("See both.")
    plain.get_by_label("Send two.txt along").uncheck()
    plain.locator("input[name=files]").set_input_files(
        {"name": "three.txt", "mimeType": "text/plain", "buffer": b"three"}
    )
    plain.get_by_role("button", name=SENT).click()

    expect(plain.locator(".message.staff .file")).to_have_text([re.compile("three"), re.compile("one")])
    assert desk.rows(select(StagedFile.filename)) == [("two.txt",)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_composer_in_use_is_accessible(
    browser: Browser, url: str, desk: RealDesk, width: int, scheme: str
) -> None:
    number = desk.ask()
    with desk.doing("ana") as ana:
        ana.signature = "Ana\nTest desk"
    page = opened(browser, url, number, width=width, color_scheme=scheme)
    words = page.locator(".signature [dir]")
    expect(words).to_have_css("text-decoration-line", "none")
    page.get_by_label("With the signature:").uncheck()
    expect(words).to_have_css("text-decoration-line", "line-through")
    editor(page).click()
    page.keyboard.type("Use water.")
    hand_over(page, "paste", "image.png", "image/png", png())
    expect(page.locator("trix-editor img")).to_be_visible()
    page.locator("input[name=files]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"}
    )
    expect(page.locator(".waiting li:visible")).to_contain_text("plan.txt")
    carl_writes(desk, "One more thing.")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".news")).to_be_visible()

    assert violations(page) == []
    page.locator("label", has_text="Note").first.click()
    assert violations(page) == []
    assert complaints(page) == []
