"""How much a suite really tried: counted while it runs, printed at its end, so that doing nothing shows."""

from collections import Counter
from collections.abc import Mapping, Sequence

counts: Counter[str] = Counter()
lines: list[str] = []


def tally(what: str, count: int = 1) -> None:
    """Note that something was tried."""
    counts[what] += count


def tell(line: str) -> None:
    """A line for people, printed at the end of the run."""
    lines.append(line)


def add(others: Mapping[str, int], said: Sequence[str] = ()) -> None:
    """Take over the counts and lines of another process."""
    counts.update(others)
    lines.extend(said)
