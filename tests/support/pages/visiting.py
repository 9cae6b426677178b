"""How the readers of the catalogue get to its pages: with the test client, and in Chromium."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page as Shown

from helpdesk.settings.catalogue import change_settings
from tests.support.browser import Browser, Seen
from tests.support.chromium import open_page, signed_in, submit
from tests.support.pages import PAGES, PARTS
from tests.support.pages.page import LINK_HOLDER, NOBODY, PersonaPage
from tests.support.real_desk import RealDesk

OPEN = "/open/{key}"
HAS_A_FORM: Mapping[str, str] = {NOBODY: "/login", LINK_HOLDER: "/portal/tickets/{full}"}
"""Where a reader finds the token that every form carries; all others at /logout."""


def browser_of(reader: str, desk: RealDesk, places: Mapping[str, object]) -> Browser:
    """A browser without JavaScript, in which this reader is who they are."""
    if reader in (NOBODY, LINK_HOLDER):
        browser = desk.browser(None)
        if reader == LINK_HOLDER:
            browser.get(OPEN.format_map(places))
        return browser
    return desk.browser(reader)


def answers(desk: RealDesk, places: Mapping[str, object]) -> Iterator[tuple[PersonaPage, Seen]]:
    """Every line of the catalogue with what its reader gets; those from before the setup at the end."""
    readers = {page.reader: browser_of(page.reader, desk, places) for page in (*PAGES, *PARTS)}
    late = [page for page in PAGES if page.is_before_setup]
    for page in (*PAGES, *PARTS):
        if not page.is_before_setup:
            yield page, answered(readers[page.reader], page, places)
    with not_set_up(desk):
        for page in late:
            yield page, answered(readers[page.reader], page, places)


def answered(browser: Browser, page: PersonaPage, places: Mapping[str, object]) -> Seen:
    """The page, opened; for one that a refused form shows, that form sent."""
    address = page.address(places)
    return browser.post(address, dict(page.sends)) if page.sends else browser.get(address)


def window_of(
    reader: str, chromium: Chromium, desk: RealDesk, url: str, places: Mapping[str, object], **options: Any
) -> Shown:
    """A window of Chromium in which this reader is who they are."""
    if reader not in (NOBODY, LINK_HOLDER):
        return signed_in(chromium, desk.app, url, reader, **options)
    window = open_page(chromium, **options)
    if reader == LINK_HOLDER:
        window.goto(url + OPEN.format_map(places))
    return window


def visit(window: Shown, url: str, page: PersonaPage, places: Mapping[str, object]) -> None:
    """Open the page; for one that a refused form shows, send that form."""
    if page.sends:
        window.goto(url + HAS_A_FORM.get(page.reader, "/logout").format_map(places))
        submit(window, page.address(places), page.sends)
    else:
        window.goto(url + page.address(places))


@contextmanager
def not_set_up(desk: RealDesk) -> Iterator[None]:
    """For as long as the block lasts, the desk is as it was before anybody set it up."""
    for is_set_up in (False, True):
        with desk.doing("ada"):
            change_settings(is_set_up=is_set_up)
        if not is_set_up:
            yield
