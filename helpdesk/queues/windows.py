"""How far back a search looks: the newest messages are enough for a page of a common word, more for others, and all
messages for a rare one.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from helpdesk.core.db import db
from helpdesk.tickets.models import Comment

SAMPLE, FIRST = 3_000, 30_000
"""Messages: those that tell how common a word is; and those looked through first for one word."""
SIZES = (SAMPLE, 7_500, 15_000, FIRST, 60_000, 120_000, 250_000, 500_000, 1_000_000)
"""For several words, of which each may be common and both together not, and for one that is not common."""
ENOUGH = 75
"""Tickets to be expected in a window that is tried: more than a page, for it is a guess."""
_FEW = 51
"""Messages about the beginning of a window, of which the middle one tells when it was."""
FRESH = 60.0
"""Seconds. Where a window begins only decides how fast the answer is found, never what it is."""


@dataclass(slots=True)
class Look:
    """Hits later than a moment, or all; among certain tickets, or all. Who has looked tells how many it `found`."""

    since: datetime | None = None
    ids: Sequence[int] | None = None
    is_of_lead: bool = False
    """Whether those are the tickets with the leading word since then: it need not be asked once more."""
    found: int = 0


@dataclass(frozen=True, slots=True)
class Windows:
    """When about so many messages ago was, the smallest window first; those that would hold everything are left out.
    `messages` is how many there are, told by their ids as well.
    """

    messages: int = 0
    begins: Mapping[int, datetime] = field(default_factory=dict)


_kept: dict[str, tuple[float, Windows]] = {}


def known_windows() -> Windows:
    """Costs a statement a minute."""
    at, known = _kept.get("windows", (-FRESH, Windows()))
    if time.monotonic() - at > FRESH:
        last, *begins = db.session.execute(select(func.max(Comment.id), *map(_beginning, SIZES))).one()
        each = {size: begin for size, begin in zip(SIZES, begins, strict=True) if begin is not None}
        known = Windows(last or 0, each)
        _kept["windows"] = (time.monotonic(), known)
    return known


def is_large() -> bool:
    """Whether it pays to look at a part of the desk first."""
    return FIRST in known_windows().begins


def looks_for_one(*, is_whole: bool = False) -> Iterator[Look]:
    """Where to look for one word, the newest first: in FIRST messages; where these hold some of its tickets but no
    page, in as many as probably do; at last everything. `is_whole` begins with that.
    """
    known = Windows() if is_whole else known_windows()
    if FIRST in known.begins:
        first = Look(known.begins[FIRST])
        yield first
        for size, since in known.begins.items():
            if FIRST < size <= known.messages / 2 and first.found * size >= ENOUGH * FIRST:
                yield Look(since)
                break
    yield Look()


def _beginning(size: int) -> ColumnElement[Any]:
    """When so many messages ago was; null where there are not as many. The sample is counted, for shares of it are
    taken; of more the ids tell about as much: the middle one of a few, for one by itself may be of another time.
    """
    if size <= SAMPLE:
        latest = select(Comment.created_at).order_by(Comment.created_at.desc())
        return latest.offset(size).limit(1).scalar_subquery()
    last = select(func.max(Comment.id)).scalar_subquery()
    few = (
        select(Comment.created_at)
        .where(Comment.id <= last - size)
        .order_by(Comment.id.desc())
        .limit(_FEW)
        .subquery()
    )
    return select(func.percentile_disc(0.5).within_group(few.c.created_at)).scalar_subquery()
