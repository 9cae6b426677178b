"""On how many tickets each tag is, for putting tags in that order. Every tag of every ticket is counted for it, so the
numbers are kept for minutes, and who looks at them learns since when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy import ARRAY, BigInteger, TableValuedAlias, cast, func, select

from helpdesk.core import clock
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.tickets.models import ticket_tags
from helpdesk.tickets.policy import sees_everything
from helpdesk.tickets.tagged import is_seen_by
from helpdesk.web import caches

KEPT_SECONDS = 300
KEY = "tag-numbers"


@dataclass(frozen=True, slots=True)
class TagNumbers:
    """By the id of the tag. `counted_at` is None for those counted just now."""

    by_id: Mapping[int, int]
    counted_at: datetime | None = None

    @property
    def rows(self) -> TableValuedAlias:
        """As a table, with the columns `tag_id` and `number`."""
        ids, numbers = (cast(list(each), ARRAY(BigInteger)) for each in (self.by_id, self.by_id.values()))
        return func.unnest(ids, numbers).table_valued("tag_id", "number").render_derived("numbers")


def tag_numbers() -> TagNumbers:
    """Of the tickets this agent sees. Costs one statement; none where they are known, as they are to all who see
    every ticket.
    """
    is_kept = sees_everything(g.agent) and configuration().counts_seconds > 0
    known = caches.kept(KEY) if is_kept else None
    if known:
        return TagNumbers(dict(known["numbers"]), datetime.fromisoformat(known["counted_at"]))
    counted = select(ticket_tags.c.tag_id, func.count().label("number")).where(is_seen_by(g.agent))
    found = db.session.execute(counted.group_by(ticket_tags.c.tag_id)).all()
    numbers = {row.tag_id: row.number for row in found}
    if is_kept:
        told = {"numbers": list(numbers.items()), "counted_at": clock.now().isoformat()}
        caches.keep(KEY, told, seconds=KEPT_SECONDS)
    return TagNumbers(numbers)
