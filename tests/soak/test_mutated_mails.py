"""Two hundred thousand mails with faults: none of them stops the parser, none is slow, none is greedy."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.tally import tally, tell

COUNT = 200_000
AT_ONCE = 10_000
PROCESSES = 2


def told(first: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.support.mutated_mails", str(first), str(AT_ONCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.soak
def test_two_hundred_thousand_broken_mails_are_read() -> None:
    with ThreadPoolExecutor(PROCESSES) as pool:
        results = list(pool.map(told, range(1_000_000, 1_000_000 + COUNT, AT_ONCE)))

    worst = {name: max(result[name] for result in results) for name in ("p99", "slowest", "megabytes")}
    tally("mutated mails read in the long run", COUNT)
    tell(
        f"of {COUNT:,} mutated mails (at worst of {AT_ONCE:,}): {worst}; from the corpus: {results[0]['from_corpus']}"
    )
    assert [problem for result in results for problem in result["stumbled"]] == []
    assert sum(result["read"] for result in results) == COUNT
    assert worst["p99"] < 1.0
    assert worst["megabytes"] < 512
