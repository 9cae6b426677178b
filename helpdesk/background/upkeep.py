"""The queue's own jobs."""

from helpdesk.background import operations
from helpdesk.background.jobs import enqueue, job


@job(name="background.delete_finished")
def delete_finished() -> None:
    """Tidy away what ended days ago, a part at a time."""
    if operations.delete_finished() == operations.DELETED_AT_ONCE:
        enqueue(delete_finished, once=delete_finished.name)
