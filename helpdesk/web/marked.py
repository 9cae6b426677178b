"""Texts in which a search marked what it found: escaped piece by piece, so that nothing in them is markup but ours."""

from functools import lru_cache
from itertools import cycle

from markupsafe import Markup, escape

from helpdesk.tickets.headlines import BEGIN, END

MOST_BEFORE = 24
"""Characters before the first word that was found."""


@lru_cache(maxsize=4_000)
def marked(text: str) -> Markup:
    """The text as HTML, with what stands between the two signs in `<mark>`; what stands alone is left out."""
    pieces = (escape(piece.replace(END, "")) for piece in _split(text))
    wrapped = (
        Markup("<mark>{}</mark>").format(piece) if is_found else piece
        for piece, is_found in zip(pieces, cycle((False, True)), strict=False)
        if piece
    )
    return Markup().join(wrapped)


@lru_cache(maxsize=4_000)
def headline(text: str) -> Markup:
    """The same on one line, beginning shortly before what was found: so much fits on every screen."""
    line = " ".join(text.split())
    before, begin, found = line.partition(BEGIN)
    if begin and len(before) > MOST_BEFORE:
        before = "… " + before[-MOST_BEFORE:].partition(" ")[2]
    return marked(before + begin + found)


def without_marks(text: str) -> str:
    """The text alone."""
    return text.replace(BEGIN, "").replace(END, "")


def _split(text: str) -> list[str]:
    """What is plain and what was found, by turns."""
    first, *others = text.split(BEGIN)
    pieces = [first]
    for other in others:
        found, _end, rest = other.partition(END)
        pieces += [found, rest]
    return pieces
