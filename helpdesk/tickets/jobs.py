"""Jobs of the tickets."""

from helpdesk.background.jobs import job
from helpdesk.tickets.operations import staging


@job(name="tickets.forget_staged")
def forget_staged() -> None:
    """Remove files that were sent ahead and then left behind."""
    staging.forget_staged()
