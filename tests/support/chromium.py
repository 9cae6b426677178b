"""Debian's Chromium for the browser tests: a server in a thread, pages that report what went wrong, and axe-core."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import axe_playwright_python
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import sign_in

EXECUTABLE = "/usr/bin/chromium"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

# Colours that are on their way to others would be measured there
SETTLED = """async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const ways = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(ways.map((each) => each.finished));
}"""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application at an address of its own, until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE)
        yield browser
        browser.close()


def open_page(
    browser: Browser, *, width: int = 1440, height: int = 900, script: bool = True, **options: Any
) -> Page:
    """A page in a context of its own. What the console or the network complains of is kept in `page.complaints`."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=script,
        reduced_motion="reduce",  # axe would measure colours on their way
        **options,
    )
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]  # ours, read by `complaints`
    page.on("pageerror", lambda error: complaints(page).append(str(error)))
    page.on("console", lambda said: complaints(page).append(said.text) if said.type == "error" else None)
    return page


def complaints(page: Page) -> list[str]:
    """Errors of scripts, refusals of the content security policy, files that were not found."""
    found: list[str] = page.complaints  # type: ignore[attr-defined]  # set by open_page
    return found


def violations(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """What axe-core finds, one line each: rule, what is wrong, where. `only` names rules, for a quicker look."""
    page.evaluate(SETTLED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)  # as a script tag it would be refused by our own policy
    rules = {**RULES, "runOnly": list(only)} if only else RULES
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def submit(page: Page, address: str, fields: Mapping[str, str]) -> None:
    """Send a form of our own to this address, as a page with such a form would, and wait for the answer."""
    with page.expect_navigation():
        page.evaluate(
            """([address, fields]) => {
                const form = Object.assign(document.createElement("form"), { method: "post", action: address });
                const token = document.querySelector("meta[name=csrf-token], input[name=csrf_token]");
                fields = { csrf_token: token.content ?? token.value, submission_key: crypto.randomUUID(), ...fields };
                for (const [name, value] of Object.entries(fields)) {
                    form.append(Object.assign(document.createElement("textarea"), { name, value }));
                }
                form.hidden = true;
                document.body.append(form);
                form.submit();
            }""",
            [address, dict(fields)],
        )


def signed_in(browser: Browser, app: Flask, url: str, name: str, **options: Any) -> Page:
    """A page of somebody who is signed in, at the address where the application is served."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["sid"] = sign_in(app, name)
    cookie = client.get_cookie("helpdesk")
    assert cookie is not None
    page = open_page(browser, **options)
    page.context.add_cookies([{"name": "helpdesk", "value": cookie.value, "url": url}])
    return page
