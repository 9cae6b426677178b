"""F11: what one person was answered nobody else is, whatever stands between; signing out leaves nothing behind."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.security.matrix import Asking, cases
from tests.security.routes import ROUTES, About, Door
from tests.security.things import world
from tests.support.browser import Browser, Seen
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

FOR_EVERYBODY = {"static", "brand.logo", "brand.stylesheet"}
"""The same bytes for whoever asks, under a name that changes with them."""


class CachingProxy:
    """Keeps what a shared cache may (RFC 9111): by address, and by the headers that an answer varies by."""

    def __init__(self) -> None:
        self.kept: dict[str, list[tuple[dict[str, str], Seen]]] = {}

    def get(self, browser: Browser, path: str) -> Seen:
        asked = {"Cookie": cookies_of(browser), "Accept-Encoding": ""}
        for wanted, answer in self.kept.get(path, []):
            if all(asked.get(name, "") == value for name, value in wanted.items()):
                return answer
        answer = browser.get(path)
        if self.may_keep(answer):
            varies = {
                name.strip().title() for name in answer.headers.get("Vary", "").split(",") if name.strip()
            }
            if "*" not in varies:
                wanted = {name: asked.get(name, "") for name in varies}
                self.kept.setdefault(path, []).append((wanted, answer))
        return answer

    @staticmethod
    def may_keep(answer: Seen) -> bool:
        """Also what says nothing of caches: by its own judgement, as many do."""
        said = answer.headers.get("Cache-Control", "").lower()
        return answer.status in (200, 203, 300, 301, 404, 410) and not {"no-store", "private"} & {
            each.strip().split("=")[0] for each in said.split(",")
        }


def cookies_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("helpdesk")
    return cookie.value if cookie else ""


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    return world(desk)


@pytest.mark.parametrize("actor", ["own customer", "agent", "admin"])
def test_F11_no_answer_to_somebody_is_stored(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], actor: str
) -> None:
    ask, wrong, tried = Asking(desk, places, actor), [], 0
    for case in cases(app, ROUTES, places):
        if case.method != "GET" or case.rule.endpoint in FOR_EVERYBODY:
            continue
        tried += 1
        headers = ask(case).headers
        is_private = any(word in headers.get("Cache-Control", "") for word in ("no-store", "private"))
        if not is_private or "cookie" not in headers.get("Vary", "").lower():
            wrong.append(f"{case}: {headers.get('Cache-Control')} / {headers.get('Vary')}")
    tally("answers looked at for what caches may do with them", tried)

    assert wrong == []


def test_F11_two_people_through_one_proxy_see_their_own(
    app: Flask, desk: RealDesk, places: Mapping[str, Any]
) -> None:
    """Everything a customer can open, opened by Carl, then by Olga: as if nobody had asked before her."""
    proxy, carl, olga, fresh = CachingProxy(), *(desk.browser(each) for each in ("carl", "olga", "olga"))
    paths = sorted(
        {
            case.path
            for case in cases(app, ROUTES, places)
            if case.method == "GET" and case.route.door in (Door.CUSTOMERS, Door.SIGNED_IN)
            if case.route.about in (About.NOTHING, About.TICKET, About.FILE)
        }
    )
    for path in paths:
        proxy.get(carl, path)
    told = {path: proxy.get(olga, path).status for path in paths}
    alone = {path: fresh.get(path).status for path in paths}
    tally("addresses asked by two people through one proxy", len(paths))

    assert told == alone
    assert proxy.kept == {}


def test_F11_a_new_browser_of_the_same_proxy_is_nobody(
    desk: RealDesk, places: Mapping[str, Any], browser: Callable[..., Browser]
) -> None:
    proxy, nobody = CachingProxy(), browser()
    proxy.get(desk.browser("carl"), "/portal/tickets")

    assert proxy.get(nobody, "/portal/tickets").status == 303
    assert "helpdesk=" not in nobody.get("/static/js/app.js").headers.get("Set-Cookie", "")


def test_F11_after_signing_out_the_same_address_asks_who_it_is(as_carl: Browser) -> None:
    assert as_carl.get("/portal/profile").headers["Cache-Control"] == "no-store"
    as_carl.post("/logout")

    assert as_carl.get("/portal/profile").location == "/login?next=/portal/profile"
