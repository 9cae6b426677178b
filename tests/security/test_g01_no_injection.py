"""G01: what somebody types into an address never becomes SQL, makes no page fail and none wait."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice, product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from tests.security.test_d09_parameters import Read, addresses
from tests.support.browser import Browser, Seen
from tests.support.tally import tally

WORD = "zq7sql"
OPENINGS = (
    "", "'", '"', "')", "'))", '")', "`", "\\'", "1", "1'", "-1", "%", "%27", "\u2019", "\uff07", "0x27", "$$",
    "E'", "id", "-id", "created_at",
)  # fmt: skip
COMMANDS = (
    " or 1=1", " and 1=2", " or 'a'='a", "; select pg_sleep({s})", " and (select pg_sleep({s})) is null",
    " || pg_sleep({s})", " union select null,null,{w}", " union all select version()", "; drop table {w}",
    "; update users set is_staff=true", " order by 99", " group by {w} having 1=1", " limit 1 offset {s}",
    "; copy (select 1) to program 'sleep {s}'", " and 1=cast((select version()) as int)", ",(select {w} from users)",
    " desc nulls first, {w}", " collate {w}", " returning *", "; set role helpdesk_owner", "; reset all",
    " and extractvalue(1,{w})", " waitfor delay '0:0:{s}'", " and sleep({s})", "|| chr(65)||{w}", "::regclass",
    " ~ '(a+)+$'", " like '%{w}%' escape ''", " & | ! <-> :* {w}", " case when 1=1 then pg_sleep({s}) end",
)  # fmt: skip
CLOSINGS = ("-- {w}", "/*{w}*/", "#{w}", ";{w}")
PAYLOADS = [
    f"{opening}{command}{closing}".format(s=9, w=WORD)
    for opening, command, closing in product(OPENINGS, COMMANDS, CLOSINGS)
]
SLOWEST = 8.0
"""Seconds. A statement that had run one of the payloads would sleep nine."""
WAITS = [each for each in PAYLOADS if "sleep" in each][::60]
NOT_LISTS = {"static", "public.health.ready"}


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every statement in whose text, not among whose values, a payload stands."""
    built: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if WORD in statement:
            built.append(statement)

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield built
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def places(app: Flask, number: str, reader: Browser, asked: set[str]) -> Iterator[tuple[str, str]]:
    """Each address that asks for parameters, with each of them."""
    for endpoint, (address, *_) in addresses(app, number).items():
        if endpoint in NOT_LISTS:
            continue
        known: set[str] = set()
        asked.clear()
        reader.get(address)
        while fresh := asked - known:  # some ask for one only where another is given
            for parameter in sorted(fresh):
                yield address, parameter
            known |= fresh


def alone(found: Sequence[tuple[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each parameter by itself, with one of each kind: the order, the words, the wait."""
    some = cycle((*WAITS, *PAYLOADS[::37]))
    for address, parameter in found:
        for payload in islice(some, 2):
            yield address, {parameter: payload}


def together(
    found: Sequence[tuple[str, str]], payloads: Sequence[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Every payload in some parameter: all that an address asks for at once, each with another."""
    by_address: dict[str, list[str]] = {}
    for address, parameter in found:
        by_address.setdefault(address, []).append(parameter)
    rest, places = iter(payloads), cycle(by_address.items())
    while some := list(islice(rest, len((place := next(places))[1]))):
        yield place[0], dict(zip(place[1], some, strict=False))


def timed(reader: Browser, address: str, given: dict[str, str]) -> tuple[Seen, float]:
    began = time.perf_counter()
    answer = reader.get(address, query_string=given)
    return answer, time.perf_counter() - began


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch, unlimited: None) -> set[str]:
    Read.asked = set()
    monkeypatch.setattr(app.request_class, "parameter_storage_class", Read)
    return Read.asked


def test_there_are_payloads_enough() -> None:
    assert len(set(PAYLOADS)) >= 2_000


@pytest.mark.parametrize("name", ["ada", "carl"])
def test_no_parameter_of_any_list_becomes_sql(
    app: Flask, browser: Callable[..., Browser], number: str, asked: set[str], name: str
) -> None:
    reader = browser(name)
    found = list(places(app, number, reader, asked))
    tries = list(alone(found)) + list(together(found, PAYLOADS if name == "ada" else PAYLOADS[::8]))
    wrong: list[str] = []
    with watched() as built:
        for address, given in tries:
            answer, took = timed(reader, address, given)
            if took > SLOWEST:  # a busy machine, or a statement that sleeps: which, the second time tells
                answer, took = timed(reader, address, given)
            if answer.status >= 500 or took > SLOWEST or "syntax error" in answer.html:
                wrong.append(f"{address}?{given}: {answer.status} after {took:.1f} s")
            if built:
                wrong.append(f"{address}?{given}: {built.pop()[:200]}")
    tally("SQL payloads in parameters of lists", sum(len(given) for _, given in tries))

    assert wrong == []
    assert len(found) > 20 if name == "ada" else found


PATHS = (
    "/agent/queues/{}",
    "/agent/tickets/{}",
    "/agent/statistics/{}.csv",
    "/admin/templates/{}",
    "/files/{}",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_part_of_a_path_becomes_sql(as_ada: Browser, path: str) -> None:
    with watched() as built:
        for payload in PAYLOADS[:: len(PATHS) * 5]:
            assert as_ada.get(path.format(payload.replace("/", "")).replace("?", "")).status < 500

    assert built == []
