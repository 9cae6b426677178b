"""E09: the tests of the policy notice 95 of 100 mistakes in its rules; those nobody could notice are listed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.policy_killing import EACH, RESULT
from tests.soak.policy_mutants import EQUIVALENT, MODULES, ROOT, TESTS, mutants_of
from tests.support.tally import tally

KILLED_AT_LEAST = 0.95


def killed(folder: Path, *, each: int) -> dict[str, str | None]:
    """By mistake, the test that noticed it."""
    result = folder / "killed.json"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    plugins = ("no:cacheprovider", "no:rerunfailures", "tests.soak.policy_killing")
    options = [part for plugin in plugins for part in ("-p", plugin)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options, f"--basetemp={folder / 'pytest'}", *TESTS],
        cwd=ROOT,
        env={**clean, RESULT: str(result), EACH: str(each)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(result.read_text())
    assert told["without"] is None, f"without a mistake fails {told['without']}"
    return {name: test for name, test in told["killed"].items() if without_line(name) not in EQUIVALENT}


def without_line(name: str) -> str:
    """Lines move; what is wrong in which function stays."""
    return name.partition(" ")[2]


def test_mistakes_are_of_every_kind_and_those_that_count_for_nothing_exist() -> None:
    mutants = [mutant for module in MODULES for mutant in mutants_of(module)]
    names = {without_line(mutant.name) for mutant in mutants}

    assert len(mutants) > 150
    assert EQUIVALENT.keys() <= names
    assert len(EQUIVALENT) <= 0.05 * len(mutants)
    for mutant in mutants:
        compile(mutant.source, mutant.module, "exec")


@pytest.mark.soak
def test_the_tests_of_the_policy_notice_mistakes_in_it(tmp_path: Path) -> None:
    noticed = killed(tmp_path, each=int(os.environ.get(EACH, "1")))
    survived = [name for name, test in noticed.items() if test is None]
    tally("mistakes in the policy", len(noticed))

    assert len(survived) <= (1 - KILLED_AT_LEAST) * len(noticed), "\n".join(survived)
