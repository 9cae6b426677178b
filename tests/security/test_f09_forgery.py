"""F09: nothing unsafe without the token or for another site, and nothing is changed by looking."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.security.matrix import Asking, Case, Outcome, cases, expected
from tests.security.routes import ROUTES, Door
from tests.security.things import world
from tests.security.trying import differences, domain
from tests.support.browser import Browser
from tests.support.cast import PASSWORD
from tests.support.pages.visiting import browser_of
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

BY_ITS_OWN_SECRET = {"public.mail_door.create"}
"""Asked by programs, not by browsers: no cookie opens it."""
SIGNING = ("/login", "/logout", "/recover", "/login/link", "/register", "/ask", "/confirm", "/look-back")
FOREIGN: Mapping[str, Mapping[str, str]] = {
    "a foreign origin": {"Origin": "https://evil.example"},
    "a foreign port": {"Origin": "http://localhost:8666"},
    "another scheme of ours": {"Origin": "ftp://localhost"},
    "a hidden origin": {"Origin": "null"},
    "no origin at all": {"Origin": ""},
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a sister site": {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
}
READ_MARKS = {"ticket_reads", "recent_reads", "access_logs", "request_rates"}
"""Who has looked at what, up to when, and how often: looking is what these are about."""


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    return world(desk)


def unsafe(app: Flask, places: Mapping[str, Any], actor: str) -> list[Case]:
    return [
        case
        for case in cases(app, ROUTES, places)
        if case.method != "GET"
        and case.rule.endpoint not in BY_ITS_OWN_SECRET
        and expected(case, actor) is Outcome.OPEN
    ]


@pytest.mark.parametrize(
    "actor, person", [("own customer", "carl"), ("admin", "ada"), ("anonymous", "nobody")]
)
def test_F09_every_unsafe_request_needs_the_token(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection, actor: str, person: str
) -> None:
    client = browser_of(person, desk, places).client
    before, wrong, tried = domain(transaction), [], 0
    for case in unsafe(app, places, actor):
        bodies: tuple[dict[str, Any], ...] = (
            {"data": dict(case.fields)},
            {"data": {**case.fields, "csrf_token": ""}},
            {"data": {**case.fields, "csrf_token": "made up"}},
            {"data": '{"deed": "all"}', "content_type": "text/plain"},
            {"data": "{}", "content_type": "application/json"},
        )
        for body in bodies:
            tried += 1
            status = client.open(case.path, method=case.method, **body).status_code
            if status != 400:
                wrong.append(f"{case}: {status} for {body}")
    tally("unsafe requests without a token", tried)

    assert wrong == []
    assert differences(before, domain(transaction)) == []


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_F09_no_other_site_has_anything_done(
    app: Flask,
    desk: RealDesk,
    places: Mapping[str, Any],
    transaction: Connection,
    headers: Mapping[str, str],
) -> None:
    """Even where it has got hold of a token."""
    browser = browser_of("ada", desk, places)
    before = domain(transaction)
    every = unsafe(app, places, "admin")
    answers = {
        str(case): browser.post(
            case.path, dict(case.fields), method=case.method, headers=dict(headers)
        ).status
        for case in every
    }
    tally("unsafe requests from other sites", len(every))

    assert {case: status for case, status in answers.items() if status != 400} == {}
    assert differences(before, domain(transaction)) == []


@pytest.mark.parametrize("path", SIGNING)
def test_F09_signing_in_and_out_is_covered(as_carl: Browser, path: str) -> None:
    sent = {"email": "carl@customer.example", "password": PASSWORD}

    assert as_carl.client.post(path, data=sent).status_code == 400
    assert as_carl.post(path, sent, headers={"Origin": "https://evil.example"}).status == 400
    assert as_carl.get("/portal/tickets").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {
            "Origin": "http://desk.example",
            "Sec-Fetch-Site": "same-origin",
        },  # past a proxy that names us otherwise
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
def test_F09_our_own_pages_pass(as_carl: Browser, headers: dict[str, str]) -> None:
    assert as_carl.post("/logout", headers=headers).status == 303


def test_F09_looking_changes_nothing(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection
) -> None:
    """Every address that an administrator can open, opened: the tables of the domain stay as they were."""
    ask = Asking(desk, places, "admin")
    every = [case for case in cases(app, ROUTES, places) if case.method == "GET"]
    before = {table: digest for table, digest in domain(transaction).items() if table not in READ_MARKS}
    for case in every:
        ask(case)
    after = domain(transaction)
    tally("addresses looked at by an administrator", len(every))

    assert differences(before, after) == []


def test_F09_no_other_origin_reads_with_our_cookies(app: Flask, as_ada: Browser) -> None:
    answer = as_ada.get("/admin/people", headers={"Origin": "https://evil.example"})
    asked = as_ada.client.options(
        "/admin/people", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )

    named = [name.lower() for name, _value in (*answer.headers, *asked.headers)]
    assert [name for name in named if name.startswith("access-control-")] == []
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_F09_asking_what_is_possible_changes_nothing(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection
) -> None:
    client = browser_of("ada", desk, places).client
    before = {table: digest for table, digest in domain(transaction).items() if table not in READ_MARKS}
    for case in unsafe(app, places, "admin"):
        for method in ("OPTIONS", "TRACE"):
            assert client.open(case.path, method=method).status_code < 500

    assert differences(before, domain(transaction)) == []


def test_every_unsafe_address_is_tried() -> None:
    assert {route.door for endpoint, route in ROUTES.items() if endpoint in BY_ITS_OWN_SECRET} == {
        Door.ANYBODY
    }
