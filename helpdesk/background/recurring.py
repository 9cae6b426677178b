"""Jobs that come again by the clock. Which ones there are says helpdesk.schedule."""

from typing import Any

from helpdesk.background.jobs import Job

recurring: dict[str, tuple[str, Job[Any]]] = {}


def every(cron: str, job: Job[Any]) -> None:
    """Run a job at the moments (UTC) a cron line names. A moment missed while nothing ran is made up for, once."""
    recurring[job.name] = (cron, job)
