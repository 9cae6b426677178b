"""G05: what is printed is the page of a browser: the desk itself renders nothing, and fetches nothing for it."""

import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.html import sanitise
from helpdesk.tickets.models import Ticket
from tests.support.browser import Browser
from tests.support.mailed import arrive, letter
from tests.support.tally import tally

ROOT = Path(__file__).parents[2]
CANARY = "zq6canary of a file on the server"
READS = tuple(
    """
<img src="file://{path}">
<img src="{path}">
<iframe src="file://{path}"></iframe>
<object data="file://{path}"></object>
<embed src="{path}">
<link rel="stylesheet" href="file://{path}">
<link rel="attachment" href="file://{path}">
<style>@import url("file://{path}");</style>
<style>@font-face{{font-family:x;src:url(file://{path})}}</style>
<p style="background:url(file://{path})">x</p>
<svg><use href="file://{path}#x"/></svg>
<svg><image href="file://{path}"/></svg>
<img src="php://filter/convert.base64-encode/resource={path}">
<img src="http://{sink}/a.png">
<img src="//{sink}/b.png">
<iframe srcdoc="<img src=http://{sink}/c>"></iframe>
<script src="//{sink}/d.js"></script>
<meta http-equiv="refresh" content="0;url=file://{path}">
<base href="file:///">
<a href="file://{path}">x</a>
<video poster="http://{sink}/e"></video>
<img srcset="http://{sink}/f 2x">
<img src="/proc/self/environ">
<bgsound src="http://{sink}/g">
<table background="file://{path}"><tr><td>x</table>
<pd4ml:attachment src='{path}'>
""".strip().splitlines()
)
RENDERERS = (
    "weasyprint",
    "pdfkit",
    "xhtml2pdf",
    "reportlab",
    "wkhtmltopdf",
    "pisa",
    "pyppeteer",
    "playwright",
    "fpdf",
)


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    path = tmp_path / "canary.txt"
    path.write_text(CANARY)
    return "".join(f"<p>before</p>{each.format(path=path, sink='sink.example:8')}" for each in READS)


@pytest.fixture
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whatever is dialled while a page is made."""
    dialled: list[Any] = []

    def refuse(_socket: socket.socket, address: Any) -> NoReturn:
        dialled.append(address)
        raise OSError("no way out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return dialled


@pytest.mark.parametrize(
    "reader, path",
    [
        ("carl", "/portal/tickets/{}/print"),
        ("carl", "/portal/tickets/{}"),
        ("ana", "/agent/tickets/{}"),
    ],
)
def test_no_page_that_can_be_printed_reads_a_file_or_dials(
    acting: Callable[..., Any],
    browser: Callable[..., Browser],
    number: str,
    hostile: str,
    no_way_out: list[Any],
    reader: str,
    path: str,
) -> None:
    with acting("carl") as carl:
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
        arrive(ticket, letter(html=hostile), by=carl, html=sanitise(hostile), quoted=sanitise(hostile))
    opened = browser(reader)
    no_way_out.clear()
    page = opened.get(path.format(number))

    assert page.status == 200
    assert "before" in page.text
    assert CANARY not in page.html
    assert (
        re.findall(r"(?:src|srcset|data|poster|background)=[\"'](?!/|data:)[^\s>]*", main_of(page.html)) == []
    )
    assert re.findall(r"file:|php:|sink\.example|/proc/|@import|@font-face", main_of(page.html)) == []
    assert no_way_out == []
    tally("ways to read a file tried on paper", len(READS))


def main_of(page: str) -> str:
    """The page without what every page of ours has at its top and end."""
    return page.partition("<main")[2].partition("</main>")[0]


def test_there_is_no_renderer_of_our_own() -> None:
    needed = (ROOT / "requirements/run.txt").read_text().lower()
    sources = "\n".join(each.read_text(encoding="utf-8") for each in (ROOT / "helpdesk").rglob("*.py"))

    assert [name for name in RENDERERS if re.search(rf"^{name}==", needed, re.MULTILINE)] == []
    assert [
        name for name in RENDERERS if re.search(rf"\b(import|from) {name}\b|[\"']{name}[\"']", sources)
    ] == []


def test_no_address_makes_a_document(app: Flask) -> None:
    assert [
        rule.rule for rule in app.url_map.iter_rules() if re.search(r"pdf|render|export/html", rule.rule)
    ] == []
