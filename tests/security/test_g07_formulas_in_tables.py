"""G07: no table that people take along holds a formula, whoever wrote what is in it."""

import ast
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from helpdesk.tickets.operations import open_ticket
from helpdesk.web.csv_files import is_dangerous, safe
from tests.support.browser import Browser
from tests.support.tally import tally

ROOT = Path(__file__).parents[2]
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "|calc",
    "%calc",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
)
LEADS = ("", " ", "\t", "\u00a0", "\ufeff", "\u200b", "\u2060", "\x01", "'", "''", "\r", "\n", "  \u200b ")
WIDE = str.maketrans("=+-@|%", "＝＋－＠｜％")
CELLS = [
    lead + formula for lead in LEADS for formula in (*FORMULAS, *(each.translate(WIDE) for each in FORMULAS))
]


@pytest.mark.parametrize("cell", CELLS)
def test_what_would_be_computed_is_a_text_and_comes_back(cell: str) -> None:
    written = safe(cell)

    assert written == f"'{cell}"
    assert is_dangerous(cell)
    tally("cells that would be formulas")


def cells_of(content: str) -> list[str]:
    return [cell for line in csv.reader(io.StringIO(content, newline=""), strict=True) for cell in line]


def test_in_the_audit_trail_as_a_file(as_ada: Browser, acting: Callable[..., Any]) -> None:
    with acting("carl") as carl:
        for number, cell in enumerate(CELLS):
            title = f"{cell.strip()} {number}"
            open_ticket(requester=carl, by=carl, title=title, description="x")
        carl.full_name = "=1+1"
    answer = as_ada.post("/admin/audit/exports", {})
    cells = cells_of(answer.html)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert any("=1+1" in cell for cell in cells)
    # a number that is negative is one, and no formula
    assert [cell for cell in cells if is_dangerous(cell) and not re.match(r"'|-?\d+(\.\d+)?$", cell)] == []


def test_in_statistics_as_a_file(as_ana: Browser, acting: Callable[..., Any]) -> None:
    with acting("ana") as ana:
        ana.full_name = "=1+1"
    for name in ("overview", "days", "agents", "teams"):
        answer = as_ana.get(f"/agent/statistics/{name}.csv")
        if answer.status == 200:
            cells = cells_of(answer.html)
            assert [cell for cell in cells if is_dangerous(cell) and not re.match(r"'|-?\d", cell)] == []


def test_there_is_one_way_to_write_a_table(app: Flask) -> None:
    writers = set()
    for source in (ROOT / "helpdesk").rglob("*.py"):
        tree = ast.parse(source.read_text(encoding="utf-8"))
        imported = {
            each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
        }
        if "csv" in imported:
            writers.add(source.relative_to(ROOT).as_posix())

    assert writers == {"helpdesk/web/csv_files.py"}
