"""Two thousand mails with faults are read without one exception; tests/soak reads two hundred thousand."""

import json
import subprocess
import sys

from tests.support.tally import tally, tell

COUNT = 2_000


def test_two_thousand_broken_mails_are_read_quickly_and_in_little_memory() -> None:
    command = [sys.executable, "-m", "tests.support.mutated_mails", "1", str(COUNT)]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    told = json.loads(done.stdout)
    tally("mutated mails read", told["read"])
    tell(f"mutated mails: 99 % within {told['p99']:.3f} s, {told['megabytes']} MB at most")
    assert told["stumbled"] == []
    assert told["read"] == COUNT
    assert told["p99"] < 1.0
    assert told["megabytes"] < 512
