"""Times by classes. A histogram is one number, so that PostgreSQL adds histograms as it adds numbers: nine of its
decimal digits are the tickets of a class, the shortest times in the last ones.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor, inf, nextafter

SHAPE = 1
"""To be raised with any change of what follows: sums of another shape are not read, and made anew by the job."""
EDGES = tuple(float(round(60 * 1.108**place)) for place in range(127))
"""Where one class ends and the next begins, in seconds: each a ninth longer, from a minute to nine months."""
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Sought:
    """Two neighbours by rank, among all times longer than `above` and up to `through`.

    `low` and `high` say how many of those are shorter, `share` how far the percentile is from one to the other.
    """

    above: float
    through: float
    low: int
    high: int
    share: float
    tickets: int


def counts_in(histogram: str) -> Sequence[int]:
    """How many tickets each class has, up to the last one that has any, from its digits: dividing such a number 128
    times takes ten times as long.
    """
    classes = -(-len(histogram) // DIGITS)
    digits = histogram.zfill(classes * DIGITS)
    return [int(digits[end - DIGITS : end]) for end in range(len(digits), 0, -DIGITS)]


def sought(histogram: str, percentiles: Sequence[float]) -> Sequence[Sought]:
    """Where percentiles lie. Defined as PostgreSQL's percentile_cont, for at least one ticket."""
    upto = list(accumulate(counts_in(histogram)))
    return [_sought(upto, each) for each in percentiles]


def _sought(upto: Sequence[int], percentile: float) -> Sought:
    place = percentile * (upto[-1] - 1)
    low, high = floor(place), ceil(place)
    first, last = bisect_right(upto, low), bisect_right(upto, high)
    before = upto[first - 1] if first else 0
    return Sought(
        above=nextafter(EDGES[first - 1], -inf) if first else -inf,
        through=nextafter(EDGES[last], -inf) if last < len(EDGES) else inf,
        low=low - before,
        high=high - before,
        share=place - low,
        tickets=upto[last] - before,
    )
