"""How far back a search looks: the newest messages are enough for a page of a common word; and then everything."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from helpdesk.core.db import db
from helpdesk.tickets.models import Comment

SAMPLE, FIRST = 3_000, 30_000
"""Messages: those that tell how common a word is; and those looked through first for one word. If it has no page of
tickets among these it is rare enough to be sought in all."""
SIZES = (SAMPLE, 7_500, 15_000, FIRST, 60_000, 120_000, 250_000, 500_000, 1_000_000)
"""For several words, of which each may be common and both together not."""
FRESH = 60.0
"""Seconds. Where a window begins only decides how fast the answer is found, never what it is."""


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


def windows() -> Iterator[datetime | None]:
    """Where to look for one word, the newest first; at last None: everything."""
    first = known_windows().begins.get(FIRST)
    if first is not None:
        yield first
    yield None


def _beginning(size: int) -> ColumnElement[Any]:
    """When so many messages ago was; null where there are not as many. The sample is counted, for shares of it are
    taken; of more the ids tell about as much.
    """
    if size <= SAMPLE:
        latest = select(Comment.created_at).order_by(Comment.created_at.desc())
        return latest.offset(size).limit(1).scalar_subquery()
    last = select(func.max(Comment.id)).scalar_subquery()
    return (
        select(Comment.created_at).where(Comment.id <= last - size).order_by(Comment.id.desc()).limit(1)
    ).scalar_subquery()
