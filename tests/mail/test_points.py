"""Whatever has an effect beyond our own memory on a mail's way has a named point beside it, where a kill is tried."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.core.faults import Point
from tests.support.tally import tally

ROOT = Path(__file__).parents[2]
ON_THE_WAY = (
    "helpdesk/mail/doors/looking.py",
    "helpdesk/mail/doors/intake.py",
    "helpdesk/mail/smtp.py",
    "helpdesk/mail/jobs.py",
    "helpdesk/mail/parsing/child.py",
    "helpdesk/mail/operations",
    "helpdesk/cli/mail_receive.py",
    "helpdesk/web/public/mail_door.py",
    "helpdesk/tickets/jobs.py",
)
EFFECTS = {
    # at the server mail is fetched from
    *("let_go", "raw"),
    # in the store of files
    *("save", "save_all"),
    # at the server that takes our mail
    *("data", "connect"),
}
"""Calls by their names."""
POINTLESS = {
    "helpdesk/mail/smtp.py:connect": "its caller passes one",
    "helpdesk/mail/smtp.py:_get_socket": "the library calls it inside of what has one",
    "helpdesk/mail/operations/dry_running.py:*": "looks and changes nothing",
    "helpdesk/mail/operations/forgetting.py:*": "its mails arrived long ago",
}
"""Functions with such a call and no point, and why."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for name in ON_THE_WAY:
        place = ROOT / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    yield from (each for each in ast.walk(module) if isinstance(each, ast.FunctionDef))


def called(function: ast.FunctionDef) -> set[str]:
    """The last names of what a function calls."""
    calls = (each.func for each in ast.walk(function) if isinstance(each, ast.Call))
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in calls}


def test_every_effect_has_a_point() -> None:
    without = []
    for name, module in modules():
        for function in functions(module):
            calls = called(function)
            if not calls & EFFECTS or "passing" in calls:
                continue
            if f"{name}:{function.name}" in POINTLESS or f"{name}:*" in POINTLESS:
                continue
            without.append(f"{name}:{function.name} calls {sorted(calls & EFFECTS)}")
    assert without == []


@pytest.mark.parametrize("point", Point)
def test_every_point_is_passed_somewhere(point: Point) -> None:
    mentioned = [
        path
        for path in (ROOT / "helpdesk").rglob("*.py")
        if f"passing(Point.{point.name})" in path.read_text()
    ]
    assert len(mentioned) >= 1, f"nothing passes {point.value}"
    tally("named points")
