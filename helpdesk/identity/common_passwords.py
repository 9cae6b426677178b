"""Which passwords are guessed first: those many people choose, those made of a name, those of one thing repeated."""

import gzip
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import pairwise

LIST = "common_passwords.txt.gz"
"""48,746 passwords of six and more characters, in lower case, sorted: docs/dependencies.md says where they are from."""
FEWEST_DIFFERENT = 5
"""So many different characters are left at least of a password nobody guesses from what they know."""
SHORTEST_WORD = 3


def is_common(text: str) -> bool:
    """Whether it stands in the list, alone, said again and again, or with figures and marks around it."""
    folded = _folded(text)
    return any(each in _list() for each in (folded, _piece(folded), _core(folded)) if each)


def is_monotonous(text: str) -> bool:
    """Whether it is one run (abcdefghijkl, 987654321098) or has hardly any different characters."""
    folded = _folded(text)
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(folded)}
    is_run = folded.isalnum() and (steps <= {1} or steps <= {9})
    return is_run or len(set(folded)) < FEWEST_DIFFERENT


def is_made_of(text: str, words: Iterable[str]) -> bool:
    """Whether hardly anything is left of it without these words: a name, an address, what the desk is called."""
    folded = _folded(text)
    parts = {
        part for each in words for part in re.split(r"[\W_]+", _folded(each)) if len(part) >= SHORTEST_WORD
    }
    left = folded
    for part in sorted(parts, key=len, reverse=True):
        left = left.replace(part, "")
    return left != folded and len(set(re.sub(r"[\W_]", "", left))) < FEWEST_DIFFERENT


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _piece(text: str) -> str:
    """What it is made of, said several times over; nothing where it is not."""
    at = (text * 2).find(text, 1)
    return text[:at] if 0 < at < len(text) else ""


def _core(text: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


@cache
def _list() -> frozenset[str]:
    packed = files(__package__).joinpath(LIST).read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))
