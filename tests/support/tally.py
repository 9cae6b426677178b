"""How much a suite really tried: counted while it runs, printed at its end, so that doing nothing shows."""

from collections import Counter
from collections.abc import Mapping

counts: Counter[str] = Counter()


def tally(what: str, count: int = 1) -> None:
    """Note that something was tried."""
    counts[what] += count


def add(others: Mapping[str, int]) -> None:
    """Take over the counts of another process."""
    counts.update(others)
