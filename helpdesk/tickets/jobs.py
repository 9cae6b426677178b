"""Jobs of the tickets."""

from sqlalchemy import Connection, Select

from helpdesk.accounts.models import User
from helpdesk.background.jobs import Backoff, enqueue, job
from helpdesk.tickets.models import Purge, Ticket
from helpdesk.tickets.operations import purging, staging


@job(name="tickets.forget_staged")
def forget_staged() -> None:
    """Remove files that were sent ahead and then left behind."""
    staging.forget_staged()


@job(name="tickets.purge", as_owner=True, retry=Backoff(times=5))
def purge(connection: Connection, purge_id: int) -> None:
    """Remove the next part of what was confirmed for good, and ask for the part after it."""
    if purging.purge_next(connection, purge_id=purge_id):
        enqueue(purge, lock=purge.name, purge_id=purge_id)


def start_purge(tickets: Select[Ticket], *, by: User) -> Purge:
    """Have tickets of the bin removed for good as soon as a worker is free. Those that leave it before that stay."""
    confirmed = purging.confirm_purge(tickets, by=by)
    enqueue(purge, lock=purge.name, purge_id=confirmed.id)
    return confirmed
