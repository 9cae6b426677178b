"""docs/asvs.csv: every line of the standard's first level, and of the chapters we take further; each test it names is
there."""

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.support.tally import tally

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs/asvs.csv"
FIRST_LEVEL = {
    "V1": "2.1 2.2 2.3 2.4 2.5 3.1 3.2 5.1",
    "V2": "1.1 2.1 2.2 3.1",
    "V3": "2.1 2.2 3.1 4.1 4.2 5.1 5.2 5.3",
    "V4": "1.1 4.1",
    "V5": "2.1 2.2 3.1 3.2",
    "V6": "1.1 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 3.1 3.2 4.1 4.2",
    "V7": "2.1 2.2 2.3 2.4 4.1 4.2",
    "V8": "1.1 2.1 2.2 3.1",
    "V9": "1.1 1.2 1.3 2.1",
    "V10": "4.1 4.2 4.3 4.4 4.5",
    "V11": "3.1 3.2 4.1",
    "V12": "1.1 2.1 2.2",
    "V13": "4.1",
    "V14": "2.1 3.1",
    "V15": "1.1 2.1 3.1",
}
SECOND_LEVEL = {
    "V6": "1.2 1.3 2.9 2.10 2.11 2.12 3.3 3.4 4.3 4.4 5.1 5.2 5.3 5.4 5.5 6.1 6.2 6.3 8.1 8.2 8.3 8.4",
    "V7": "1.1 1.2 1.3 3.1 3.2 4.3 4.4 4.5 5.1 5.2 6.1 6.2",
    "V8": "1.2 2.3 4.1",
    "V16": "1.1 2.1 2.2 2.3 2.4 2.5 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2 5.3",
}
"""Identifiers of OWASP ASVS 5.0.0, May 2025."""
WITHOUT_A_TEST = 10
"""Lines that apply and name no test: what is only documented, or done by whoever runs the desk. No more than these."""


def lines() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def ids(chapters: dict[str, str]) -> set[str]:
    return {f"{chapter}.{number}" for chapter, numbers in chapters.items() for number in numbers.split()}


@cache
def names_in(path: Path) -> frozenset[str]:
    """The tests of a file, those in classes too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))


def test_every_line_of_the_standard_is_there_once() -> None:
    told = {(line["id"], line["level"]) for line in lines()}

    assert told == {(each, "1") for each in ids(FIRST_LEVEL)} | {(each, "2") for each in ids(SECOND_LEVEL)}
    assert len(lines()) == len(told) == 70 + 53


@pytest.mark.parametrize("line", lines(), ids=lambda line: line["id"])
def test_it_says_whether_it_applies_and_how_it_is_met(line: dict[str, str]) -> None:
    assert line["applies"] in {"yes", "no", "operator"}
    assert line["met"] in ({""} if line["applies"] == "no" else {"yes", "partly", "no", ""})
    assert line["requirement"]
    assert line["how"]
    assert line["met"] or line["applies"] != "yes"


@pytest.mark.parametrize("line", [line for line in lines() if line["tests"]], ids=lambda line: line["id"])
def test_every_test_it_names_is_there(line: dict[str, str]) -> None:
    for named in line["tests"].split():
        path, _, name = named.partition("::")
        assert path.startswith("tests/")
        assert Path(path).name.startswith("test_")
        assert (ROOT / path).is_file(), named
        assert not name or name in names_in(ROOT / path), named


def test_most_of_what_applies_is_tested() -> None:
    applying = [line for line in lines() if line["applies"] == "yes"]
    untested = [line["id"] for line in applying if not line["tests"]]
    for state, count in Counter(line["met"] for line in applying).items():
        tally(f"lines of the ASVS that are met: {state}", count)

    assert len(untested) <= WITHOUT_A_TEST, untested
