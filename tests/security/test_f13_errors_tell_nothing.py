"""F13: whatever goes wrong inside, the answer is a page of ours with a reference, and nothing of what went wrong."""

import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from werkzeug.routing import Rule

from helpdesk.web.errors import MISHAPS
from tests.security.routes import ROUTES, Door
from tests.security.test_d09_parameters import addresses
from tests.support.browser import Browser, Seen
from tests.support.tally import tally

INNER = (
    "zq8inner-password", "zq8session-id", "select secret_column", "/srv/zq8/path.py", "Traceback", "RuntimeError",
    "psycopg", "OperationalError", "zq8host", "zq8environ",
)  # fmt: skip
MESSAGE = (
    "zq8inner-password of zq8host: [SQL: select secret_column from users] in /srv/zq8/path.py "
    "zq8environ zq8session-id"
)
READERS = {Door.ANYBODY: None, Door.SIGNED_IN: "carl", Door.CUSTOMERS: "carl"}
"""All others are an administrator's."""


class Broken(RuntimeError):
    """What nobody has foreseen."""


def fail(*_arguments: Any, **_more: Any) -> NoReturn:
    environ = {"DATABASE_URL": "zq8environ"}  # stands in the traceback's frame
    raise Broken(f"{MESSAGE} {environ}")


@pytest.fixture
def as_in_production(app: Flask) -> Iterator[Flask]:
    """Exceptions become answers, as they do for people, and do not reach the test."""
    app.testing = False
    try:
        yield app
    finally:
        app.testing = True


def faults(answer: Seen, address: str, status: int = 500) -> list[str]:
    """What is wrong with this answer to a request that broke."""
    found = []
    reference = answer.headers.get("X-Request-Id", "")
    whole = f"{answer.html}\n{answer.headers}"
    if answer.status != status:
        found.append(f"{address}: {answer.status}")
    if not reference or reference not in answer.html or str(MISHAPS[status].title) not in answer.html:
        found.append(f"{address}: is no page of ours with its reference")
    found += [f"{address}: tells {each}" for each in INNER if each.lower() in whole.lower()]
    return found


def value_for(name: str, rule: Rule, number: str) -> Any:
    if name == "number":
        return number
    some = getattr(rule._converters[name], "items", None)  # one of a list of names
    return next(iter(some)) if some else 1 if name.endswith("_id") else "1"


@pytest.mark.parametrize("by_htmx", [False, True], ids=["page", "fragment"])
def test_no_route_tells_what_broke(
    as_in_production: Flask,
    browser: Callable[..., Browser],
    number: str,
    monkeypatch: pytest.MonkeyPatch,
    by_htmx: bool,
) -> None:
    app = as_in_production
    readers = {name: browser(name) for name in (None, "carl", "ada")}
    headers = {"HX-Request": "true"} if by_htmx else {}
    adapter = app.url_map.bind("localhost")
    openable = addresses(app, number)
    wrong: list[str] = []
    broken = 0
    for rule in app.url_map.iter_rules():
        endpoint = rule.endpoint
        if endpoint not in ROUTES or endpoint == "static":
            continue
        reader = readers[READERS.get(ROUTES[endpoint].door, "ada")]
        if endpoint in openable:
            address = openable[endpoint][0]
        else:
            values = {name: value_for(name, rule, number) for name in rule.arguments}
            address = adapter.build(endpoint, values, method=next(iter(rule.methods or ["POST"])))
        with monkeypatch.context() as patch:
            patch.setitem(app.view_functions, endpoint, fail)
            answers = [
                reader.get(address, headers=headers)
                if method == "GET"
                else reader.post(address, headers=headers)
                for method in (rule.methods or set()) & {"GET", "POST"}
            ]
        for answer in answers:
            if answer.status not in {303, 403, 404}:  # a door before it is closed already
                wrong += faults(answer, address)
                broken += 1
    tally("routes that were made to break", broken)

    assert wrong == []
    assert broken > len(ROUTES) * 0.8


@pytest.mark.parametrize(
    "path", ["/", "/login", "/portal/tickets", "/agent/queues/open", "/admin/people", "/files/x"]
)
def test_a_database_that_is_gone_is_told_in_our_words(
    as_in_production: Flask,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    reader = browser("ada")

    def gone(*_arguments: Any, **_more: Any) -> NoReturn:
        raise OperationalError("select secret_column", {}, Exception(MESSAGE))

    monkeypatch.setattr(Connection, "execute", gone)
    answer = reader.get(path)

    assert faults(answer, path, 503) == []


@pytest.mark.parametrize(
    "options",
    [
        {"data": b'{"a": ', "content_type": "application/json"},
        {"data": b"\xff\xfe=%", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"--x\r\nno", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"x", "content_type": "multipart/form-data"},
        {"data": b"a=1", "content_type": "text/plain"},
        {"data": b"", "headers": {"X-Debug": "1", "X-Werkzeug-Debug": "1", "Cookie": "__wzd=1"}},
    ],
)
@pytest.mark.parametrize(
    "path", ["/login", "/portal/tickets", "/console", "/?__debugger__=yes&cmd=resource&f=debugger.js"]
)
def test_what_cannot_be_read_breaks_nothing(
    as_in_production: Flask, as_carl: Browser, options: Any, path: str
) -> None:
    answer = Seen(as_carl.client.post(path, **options))

    assert 400 <= answer.status < 500
    assert [each for each in (*INNER, "werkzeug", "debugger") if each in answer.html] == []


def test_what_helps_to_find_faults_is_off(app: Flask) -> None:
    assert app.debug is False
    assert not app.config.get("PROPAGATE_EXCEPTIONS")
    assert app.config.get("TRAP_HTTP_EXCEPTIONS") in (None, False)
    assert "werkzeug.debug" not in sys.modules or not hasattr(app.wsgi_app, "debug_application")


def test_the_log_has_the_fault_and_the_reference_but_no_session(
    as_in_production: Flask,
    as_carl: Browser,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with as_carl.client.session_transaction() as session:
        secret = session["sid"]
    monkeypatch.setitem(as_in_production.view_functions, "customers.tickets.index", fail)
    with caplog.at_level("DEBUG"):
        as_carl.get("/portal/tickets")
    told = "\n".join(caplog.handler.format(record) for record in caplog.records)

    assert "Broken" in told
    assert secret not in told
