"""Jobs of the store."""

from helpdesk.background.jobs import enqueue, job
from helpdesk.files import operations


@job(name="files.collect_orphans")
def collect_orphans(after: str = "") -> None:
    """Delete what nothing refers to, a part at a time, in the order of the digests."""
    last = operations.collect_orphans(after=after)
    if last is not None:
        enqueue(collect_orphans, after=last, once=collect_orphans.name)
