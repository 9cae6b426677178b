"""The tests notice mistakes: each mutant of the list is killed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.mutants import MUTANTS, Mutant
from tests.support.tally import tally

ROOT = Path(__file__).parents[2]
NEEDED = ("helpdesk", "templates", "static", "migrations", "tests", "pyproject.toml")
ONE_TEST_FAILED = 1


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree, to make mistakes in."""
    folder = tmp_path_factory.mktemp("mutated")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    return folder


def run(folder: Path, tests: str) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "not soak and not browser",
    ]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return subprocess.run(
        [*command, *tests.split()],
        cwd=folder,
        env={**clean, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_mutant_changes_a_text_that_occurs_once() -> None:
    occurrences = {mutant.name: (ROOT / mutant.file).read_text().count(mutant.old) for mutant in MUTANTS}

    assert {name: count for name, count in occurrences.items() if count != 1} == {}
    assert len(MUTANTS) >= 30


@pytest.mark.soak
def test_without_a_mistake_the_same_tests_pass(copy: Path) -> None:
    tests = sorted({test for mutant in MUTANTS for test in mutant.tests.split()})
    result = run(copy, " ".join(tests))

    assert result.returncode == 0, result.stdout[-3000:]


@pytest.mark.soak
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_is_noticed(copy: Path, mutant: Mutant) -> None:
    file = copy / mutant.file
    right = file.read_text()
    try:
        file.write_text(right.replace(mutant.old, mutant.new))
        result = run(copy, mutant.tests)
    finally:
        file.write_text(right)
    tally("mutants")

    assert result.returncode == ONE_TEST_FAILED, f"survived, or could not run:\n{result.stdout[-2000:]}"
    assert "FAILED" in result.stdout or "ERROR" in result.stdout
