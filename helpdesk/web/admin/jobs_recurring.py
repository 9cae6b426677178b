"""Recurring jobs as the page of jobs tells of them: when each ran last, how that went, and when it comes again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from helpdesk.background.queries import last_recurrences
from helpdesk.background.recurring import next_moment, recurring
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.web.admin.jobs_list import WORDS


@dataclass(frozen=True, slots=True)
class Recurrence:
    """One recurring job. No `last_at`: the clock has not asked for it yet. No `went`: its job is tidied away."""

    name: str
    last_at: datetime | None
    went: str
    is_failed: bool
    next_at: datetime


def recurring_jobs() -> Sequence[Recurrence]:
    """All of them by the moment they come next. Costs one statement."""
    last = {row.task_name: row for row in db.session.execute(last_recurrences())}
    now, found = clock.now(), []
    for name, (cron, _job) in recurring.items():
        row = last.get(name)
        found.append(
            Recurrence(
                name=name,
                last_at=datetime.fromtimestamp(row.defer_timestamp, UTC) if row else None,
                went=str(WORDS[row.status]) if row and row.status else "",
                is_failed=bool(row and row.status == "failed"),
                next_at=next_moment(cron, after=now),
            )
        )
    return sorted(found, key=lambda each: (each.next_at, each.name))
