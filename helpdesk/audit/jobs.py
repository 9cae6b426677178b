"""The audit trail's own upkeep."""

from sqlalchemy import Connection

from helpdesk.audit.partitions import ensure_partitions
from helpdesk.background.jobs import Backoff, job


@job(name="audit.partitions", as_owner=True, retry=Backoff(times=5))
def make_partitions(connection: Connection) -> None:
    """Make the coming months ahead."""
    ensure_partitions(connection)
