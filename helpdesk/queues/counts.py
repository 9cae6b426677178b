"""How many tickets lists hold, each counted up to a cap."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from helpdesk.accounts.models import User
from helpdesk.core.counts import capped
from helpdesk.queues.catalogue import QUEUES, listing
from helpdesk.queues.views import View


def counts_for(user: User) -> Select[*tuple[Any, ...]]:
    """One row: a capped count of each queue, each answered by an index. Everything is not counted."""
    counted = (queue for slug, queue in QUEUES.items() if slug != "everything")
    return select(*(capped(queue.tickets(user)).label(queue.slug) for queue in counted))


def limit_patience(limit: str) -> Select[str]:
    """From now on in this transaction PostgreSQL ends a statement after so long; brings how long it was before."""
    before = func.current_setting("statement_timeout").label("before")
    # the CTE is read first, and so before the setting changes
    was = select(before).cte("was").prefix_with("materialized")
    return select(was.c.before).where(func.set_config("statement_timeout", limit, True).is_not(None))


def view_counts(views: Sequence[View], user: User, zone: ZoneInfo) -> Select[*tuple[Any, ...]]:
    """One row: a capped count of each view, None for one that does not make sense any more."""
    lists = [listing(view.slug, "", "", user, zone=zone, view=view) for view in views]
    return select(*(capped(each.tickets).label(each.slug) for each in lists if not each.problem))
