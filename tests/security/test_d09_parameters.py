"""D09: whatever stands in an address is text on the page that answers, and nothing at all on a page about an error."""

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict

from tests.support.browser import Browser, Seen
from tests.support.tally import tally

WORD = "zq9mark"
MARKER = f"{WORD}'\"><{WORD} on{WORD}=1>{{{{7*'{WORD}'}}}}%0d%0aX-{WORD}: 1\r\nX-{WORD}: 1 javascript:{WORD}"
UNFOUND = ("1", "HD-1", "open", "x" * 22)
USUAL = (
    "q",
    "sort",
    "after",
    "before",
    "next",
    "page",
    "number",
    "in",
    "status",
    "from",
    "to",
    "name",
    "email",
)
EVERYTHING = {**dict.fromkeys(USUAL, MARKER), WORD: MARKER, MARKER: "1"}


class Page(HTMLParser):
    """Reads a page as a browser would; keeps what the marker became of more than text."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if WORD in tag or any(WORD in name for name, _ in attrs):
            self.wrong.append(f"<{tag} {attrs}>")
        for name, value in attrs:
            is_address = name in {
                "href",
                "src",
                "action",
                "formaction",
                "data",
                "hx-get",
                "hx-post",
                "srcdoc",
            }
            if is_address and re.match(rf"\s*(javascript:|//|https?:)[^?]*{WORD}", value or ""):
                self.wrong.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem and WORD in data:
            self.wrong.append(f"in <{self.cdata_elem}>: {data[:80]}")


class Read(ImmutableMultiDict[str, str]):
    """The parameters of an address, which note what is asked of them."""

    asked: set[str]

    def get(self, key: str, *more: Any, **options: Any) -> Any:
        Read.asked.add(key)
        return super().get(key, *more, **options)

    def getlist(self, key: str, *more: Any, **options: Any) -> list[Any]:
        Read.asked.add(key)
        return super().getlist(key, *more, **options)

    def __getitem__(self, key: str) -> Any:
        Read.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        Read.asked.add(str(key))
        return super().__contains__(key)


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch, unlimited: None) -> Iterator[set[str]]:
    Read.asked = set()
    monkeypatch.setattr(app.request_class, "parameter_storage_class", Read)
    return Read.asked


def addresses(app: Flask, number: str) -> Mapping[str, list[str]]:
    """By endpoint of every page that can be opened: with places that exist, and with the marker in their stead."""
    found: dict[str, list[str]] = {}
    adapter = app.url_map.bind("localhost")
    real = {"number": number, "slug": "open", "filename": "js/app.js"}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        names = {name: rule._converters[name] for name in rule.arguments}
        numeric = {
            name for name, converter in names.items() if converter.regex != "[^/]{1,}" and name != "filename"
        }
        exact = {name: 1 if name in numeric else real.get(name, "a" * 22) for name in names}
        hostile = {name: 10**15 if name in numeric else MARKER for name in names}
        found[rule.endpoint] = [adapter.build(rule.endpoint, values) for values in (exact, hostile)]
        if not names:
            found[rule.endpoint].pop()
    return found


def faults(answer: Seen, address: str) -> list[str]:
    """What is wrong with this answer to a request that carried the marker."""
    found = []
    if answer.status >= 500 and not address.startswith("/readyz"):  # no worker is running
        found.append(f"{address}: {answer.status}")
    for name, value in answer.headers.items():
        if WORD in name or "\r" in value or "\n" in value:
            found.append(f"{address}: header {name}: {value}")
        if name == "Location" and re.match(rf"(javascript:|//|https?:)[^?]*{WORD}", value):
            found.append(f"{address}: leads to {value}")
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        page = Page()
        page.feed(answer.html)
        found += [f"{address}: {each}" for each in page.wrong]
        if 'class="mishap' in answer.html and WORD in answer.html.lower():
            found.append(f"{address}: a page about an error echoes it")
    elif WORD in answer.html and kind.partition(";")[0] not in {"application/json", "text/plain"}:
        found.append(f"{address}: echoed as {kind}")
    return found


@pytest.mark.parametrize("name", ["ada", "carl", None])
def test_every_parameter_of_every_address_is_text(
    app: Flask, browser: Callable[..., Browser], number: str, asked: set[str], name: str | None
) -> None:
    reader = browser(name)
    found: list[str] = []
    tried = 0
    for place, (exact, *hostile) in enumerate(addresses(app, number).values()):
        asked.clear()
        found += faults(reader.get(exact), exact)
        asked.add(USUAL[place % len(USUAL)])
        known: set[str] = set()
        while fresh := asked - known:  # a page that read one may go on to read another
            for parameter in sorted(fresh):
                found += faults(reader.get(exact, query_string={parameter: MARKER}), f"{exact}?{parameter}")
                tried += 1
            known |= fresh
        for path in (exact, *hostile):
            found += faults(reader.get(path, query_string=EVERYTHING), f"{path}?…")
    tally("parameters of addresses fuzzed with a marker", tried)

    assert found == []
    assert tried > len(app.url_map._rules) / 4


@pytest.mark.parametrize("path", ["/agent/queues/open", "/agent/queues/everything", "/agent/search"])
@pytest.mark.parametrize(
    "sort", [MARKER, "nothing", "-", "--due", "due desc", "due;--", "password_hash", "id"]
)
def test_an_unknown_sort_is_no_request(as_ada: Browser, path: str, sort: str) -> None:
    answer = as_ada.get(path, query_string={"sort": sort})

    assert answer.status == 400
    assert WORD not in answer.html


@pytest.mark.parametrize("path", [f"/{MARKER}", f"/agent/{MARKER}", f"/files/{MARKER}", f"/static/{MARKER}"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_nowhere_is_not_repeated(as_ada: Browser, path: str, method: str) -> None:
    answer: Seen = getattr(as_ada, method)(path)

    assert answer.status in {404, 405}
    assert WORD not in answer.html.lower()
