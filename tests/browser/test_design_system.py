"""The design system in Chromium: every component, both themes, four widths; and each behaviour of static/js."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, flash, redirect, render_template_string, request
from playwright.sync_api import Browser, Page, expect

from tests.support.bare import bare_app
from tests.support.chromium import chromium, complaints, open_page, served, sideways, violations

pytestmark = pytest.mark.browser

FORM = """
{% extends "layouts/portal.html" %}
{% from "components/button.html" import button %}
{% from "components/csrf.html" import csrf %}
{% block title %}{{ _("A form") }}{% endblock %}
{% block content %}
<h1>A form</h1>
<form method="post" data-once>
  {{ csrf() }}<label>Words <input name="words"></label>{{ button("Send", kind="primary") }}
</form>
<p id="count">{{ received|length }}</p>
{% endblock %}
"""


def with_form(app: Flask) -> Flask:
    """A page whose form is slow to answer, and that counts what arrives."""
    received: list[str] = []

    def form() -> str | Response:
        if request.method == "POST":
            received.append(request.form["words"])
            import time

            time.sleep(0.5)
            flash("Saved.")
            return redirect("/form", 303)  # type: ignore[return-value]  # Werkzeug's own response type
        return render_template_string(FORM, received=received)

    app.add_url_rule("/form", "form", form, methods=["GET", "POST"])
    return app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(with_form(bare_app())) as url:
        yield url


@pytest.fixture(scope="module")
def browser_app() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser_app: Browser, address: str) -> Iterator[Page]:
    page = open_page(browser_app, base_url=address)
    yield page
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/styleguide", "/errors/404", "/form"])
def test_no_violation_in_either_theme_on_a_desk_or_a_phone(
    browser_app: Browser, address: str, scheme: str, width: int, path: str
):
    page = open_page(browser_app, width=width, color_scheme=scheme, base_url=address)
    page.goto(path)

    assert violations(page) == []
    assert [each for each in complaints(page) if "404" not in each] == []
    page.context.close()


@pytest.mark.parametrize("path", ["/styleguide", "/errors/404", "/form"])
def test_nothing_scrolls_sideways_at_any_width(page: Page, path: str):
    page.goto(path)
    for width in (1440, 1152, 1024, 960, 768, 480, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)


def test_everything_is_there_without_script(browser_app: Browser, address: str):
    page = open_page(browser_app, script=False, base_url=address)
    page.goto("/styleguide")

    expect(page.get_by_role("button", name="Add internal note").last).to_be_visible()
    expect(page.get_by_role("group", name="Colours")).to_be_hidden()
    page.get_by_text("Send and close").click()
    expect(page.get_by_text("Send and set the status to").first).to_be_visible()
    page.context.close()


def test_the_theme_is_chosen_kept_and_there_before_the_first_paint(page: Page):
    page.goto("/styleguide")
    page.get_by_role("group", name="Colours").get_by_text("Dark").click()
    page.reload(wait_until="commit")
    page.wait_for_selector("body")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.wait_for_load_state()
    page.get_by_role("group", name="Colours").get_by_text("System").click()
    assert page.evaluate("document.documentElement.dataset.theme ?? 'none'") == "none"


def test_the_density_of_lists_is_kept(page: Page):
    page.goto("/styleguide")
    page.get_by_role("group", name="Density of lists").get_by_text("Compact").click()
    page.reload()

    assert page.evaluate("document.documentElement.dataset.density") == "compact"


def test_a_double_click_sends_once_and_the_button_shows_that_it_works(page: Page):
    page.goto("/form")
    before = int(page.locator("#count").inner_text())
    page.get_by_label("Words").fill("once")
    busy = page.evaluate("""() => {
        const button = document.querySelector("button.primary");
        button.click(); button.click();
        return button.getAttribute("aria-busy");
    }""")

    assert busy == "true"
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert int(page.locator("#count").inner_text()) == before + 1


def test_the_composer_follows_its_mode(page: Page):
    page.goto("/styleguide")
    composer = page.get_by_role("form", name="Answer")

    expect(composer.get_by_role("button", name="Add internal note")).to_be_visible()
    expect(composer.get_by_role("button", name="Send, then wait")).to_be_hidden()
    composer.get_by_text("Reply", exact=True).click()
    expect(composer.get_by_role("button", name="Send, then wait")).to_be_visible()
    expect(composer.get_by_role("button", name="Add internal note")).to_be_hidden()
    assert page.evaluate("document.activeElement.name") == "content"


@pytest.mark.parametrize("mode, words", [("Reply", "Send, then wait"), ("Note", "Add internal note")])
def test_ctrl_enter_presses_the_button_that_is_shown(page: Page, mode: str, words: str):
    page.goto("/styleguide")
    page.evaluate("""() => document.querySelector("form.composer").addEventListener("submit", (event) => {
        event.preventDefault();
        window.pressed = event.submitter.textContent.trim();
    })""")
    composer = page.get_by_role("form", name="Answer")
    composer.get_by_text(mode, exact=True).click()
    composer.get_by_label("Your text").press("Control+Enter")

    page.wait_for_function("window.pressed")  # the editor hands its letters over with the next frame
    assert words in page.evaluate("window.pressed")


def test_a_menu_closes_on_escape_on_a_click_elsewhere_and_when_focus_leaves(page: Page):
    page.goto("/styleguide")
    menu = page.locator("details.menu", has_text="Send and close")
    summary = menu.locator("summary")
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("heading", name="Styleguide", exact=True).click(),
        lambda: page.get_by_role("link", name="A link in text").focus(),
    ):
        summary.click()
        menu.get_by_role("button", name="Resolved").focus()
        leave()
        expect(menu).not_to_have_attribute("open", "")


def test_escape_gives_the_focus_back_to_the_menus_button(page: Page):
    page.goto("/styleguide")
    summary = page.locator("details.menu", has_text="Send and close").locator("summary")
    summary.click()
    page.keyboard.press("Escape")

    expect(summary).to_be_focused()


def test_a_dangerous_link_asks_in_a_dialog_that_can_be_left(page: Page):
    page.goto("/styleguide")
    page.get_by_role("link", name="Open the dialog").click()
    dialog = page.get_by_role("dialog", name="Move HD-4790 to the bin?")

    expect(dialog).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("link", name="Keep it").click()
    expect(dialog).to_be_hidden()


def test_the_number_is_copied(browser_app: Browser, address: str):
    page = open_page(browser_app, base_url=address, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/styleguide")
    page.get_by_role("button", name="Copy HD-4790").click()

    expect(page.get_by_text("Copied")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == "HD-4790"
    page.context.close()


def test_chosen_files_are_listed_checked_and_can_be_taken_out(page: Page):
    page.goto("/styleguide")
    field = page.locator("input#files")
    small = {"name": "lock.png", "mimeType": "image/png", "buffer": b"x" * 4_000}
    large = {"name": "yard-video.mov", "mimeType": "video/quicktime", "buffer": b"x" * 26_000_000}
    field.set_input_files([small, large])
    listed = page.locator("[data-picked] li")

    expect(listed).to_have_count(2)
    expect(listed.nth(1)).to_contain_text("Too large")
    assert field.evaluate("input => input.validationMessage").startswith("Too large")
    listed.nth(1).get_by_role("button", name="Remove").click()
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("4 kB")
    assert field.evaluate("input => input.validationMessage") == ""


def test_relative_times_count_on_without_moving_anything(page: Page):
    page.goto("/styleguide")
    shown = page.locator("time[data-relative=relative]").first
    before = shown.bounding_box()
    shown.evaluate("element => { element.dateTime = new Date(Date.now() - 7 * 60_000).toISOString(); }")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(shown).to_have_text("7 min ago")
    assert shown.bounding_box() == before


def test_good_news_leaves_by_itself(page: Page):
    page.clock.install()
    page.goto("/form")
    page.get_by_label("Words").fill("x")
    page.get_by_role("button", name="Send").click()
    toast = page.get_by_text("Saved.")

    expect(toast).to_be_visible()
    expect(toast).to_be_hidden(timeout=12_000)


def test_the_sidebar_is_a_sheet_on_a_phone(browser_app: Browser, address: str):
    page = open_page(browser_app, width=390, height=844, base_url=address)
    page.goto("/styleguide")
    sidebar = page.get_by_role("complementary", name="Desk")

    expect(sidebar).to_be_hidden()
    page.get_by_role("button", name="Queues and pages").click()
    expect(sidebar).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(sidebar).to_be_hidden()
    page.context.close()


def test_the_skip_link_is_the_first_stop_and_leads_past_the_frame(page: Page):
    page.goto("/styleguide")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "guide"


def test_right_to_left_mirrors_the_frame(page: Page):
    page.goto("/styleguide")
    page.evaluate("document.documentElement.dir = 'rtl'")

    sidebar = page.get_by_role("complementary", name="Desk").bounding_box()
    assert sidebar is not None
    assert sidebar["x"] > 1000
    assert sideways(page) == 0


def test_htmx_requests_carry_the_sign_of_our_pages(page: Page):
    page.goto("/form")
    page.evaluate("""() => {
        const button = document.createElement("button");
        button.setAttribute("hx-get", "/form");
        button.setAttribute("hx-swap", "none");
        document.querySelector("main").append(button);
        htmx.process(button);
    }""")
    with page.expect_request("**/form") as sent:
        page.evaluate("document.querySelector('[hx-get]').click()")

    assert sent.value.headers["x-csrftoken"]
    assert complaints(page) == []
