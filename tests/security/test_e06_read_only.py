"""E06: who may only read changes nothing: every address that changes something refuses, and no page offers it."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.security.matrix import Asking, Case, cases, undone
from tests.security.routes import ROUTES, About, Door
from tests.security.things import world
from tests.security.trying import differences, domain
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

READER = "onlooker"
OWN_ACCOUNT = (
    "agents.preferences.",
    "agents.devices.",
    "agents.views.",
    "agents.view_pins.",
    "agents.shortcuts.",
    "agents.passwords.",
    "agents.authenticators.",
    "agents.recovery_codes.",
    "agents.passkeys.",
)
"""Of their own account everybody is master: how they are shown, what they sign in with, their own views of tickets."""
THERE = frozenset({"own", "there", "noted"})
"""What is there to be changed."""


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    """A desk with everything on it, on which Rita may only read: her role is the built-in one."""
    return world(desk)


def changing(app: Flask, places: Mapping[str, Any]) -> Iterator[Case]:
    """Every address of staff that changes something, with a thing that is there."""
    for case in cases(app, ROUTES, places):
        is_staffs = case.route.door in (Door.STAFF, Door.ADMINISTRATION)
        is_there = (
            case.thing == "deleted" if case.route.about is About.DELETED_TICKET else case.thing in THERE
        )
        is_own = case.rule.endpoint.startswith(OWN_ACCOUNT)
        if case.method != "GET" and is_staffs and is_there and not is_own:
            yield case


def test_whatever_changes_something_refuses_and_nothing_changes(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection
) -> None:
    ask, before = Asking(desk, places, READER), domain(transaction)
    answers = {str(case): ask(case).status for case in changing(app, places)}
    tally("addresses that change something, asked by who may only read", len(answers))

    assert {case: status for case, status in answers.items() if status != 403} == {}
    assert differences(before, domain(transaction)) == []
    assert len(answers) >= 90


def test_no_page_offers_what_refuses(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection
) -> None:
    """Each button and link of each page that a reader opens does something for them."""
    ask = Asking(desk, places, READER)
    offered: dict[tuple[str, str], str] = {}
    for case in cases(app, ROUTES, places):
        if case.method != "GET" or case.route.door is Door.ANYBODY:
            continue
        with undone(transaction):
            answer = ask(case)
        if answer.status == 200 and "text/html" in answer.headers["Content-Type"]:
            for what in offers(answer.html):
                offered.setdefault(what, str(case))
    refused = []
    for (method, path), where in offered.items():
        with undone(transaction):
            status = ask.get(path).status if method == "GET" else ask.send(path).status
        if status == 403:
            refused.append(f"{where} offers {method} {path}")
    tally("links and buttons of pages for who may only read", len(offered))

    assert refused == []
    assert len(offered) > 50


def offers(page: str) -> Iterator[tuple[str, str]]:
    """Every address that a page leads or sends to."""
    for form in re.findall(r"<form\b[^>]*>", page):
        action = re.search(r'action="([^"]+)"', form)
        if action and 'method="post"' in form.lower():
            yield "POST", html.unescape(action[1])
    for address in re.findall(r'(?:formaction|hx-post|data-keeps|data-posts)="([^"]+)"', page):
        yield "POST", html.unescape(address)
    for address in re.findall(r'<a\b[^>]*href="(/(?:agent|admin)[^"#]*)', page):
        yield "GET", html.unescape(address)
