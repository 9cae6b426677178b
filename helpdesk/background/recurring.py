"""Jobs that come again by the clock. Which ones there are says helpdesk.schedule."""

from datetime import UTC, datetime
from typing import Any, cast

from procrastinate.periodic import PeriodicTask

from helpdesk.background.jobs import Job

recurring: dict[str, tuple[str, Job[Any]]] = {}


def every(cron: str, job: Job[Any]) -> None:
    """Run a job at the moments (UTC) a cron line names. A moment missed while nothing ran is made up for, once."""
    recurring[job.name] = (cron, job)


def next_moment(cron: str, *, after: datetime) -> datetime:
    """When a cron line comes next, as the worker itself reckons."""
    line: Any = PeriodicTask(task=cast(Any, None), cron=cron, periodic_id="", configure_kwargs={})
    return datetime.fromtimestamp(line.croniter.get_next(float, start_time=after.timestamp()), UTC)
