"""Demo data asked for on a page: made by the worker, as the owner."""

from sqlalchemy import Connection

from helpdesk.background.jobs import job
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.demo.desks import generate, prepare
from helpdesk.demo.refusals import has_tickets, one_at_a_time, refuse_beyond_loopback
from helpdesk.files.store import store


@job(name="demo.make_demo_desk", as_owner=True)
def make_demo_desk(connection: Connection, tickets: int, seed: int, password_hash: str) -> None:
    """Fill an empty desk; one that has tickets already stays as it is, so a second run does nothing."""
    refuse_beyond_loopback(configuration())
    one_at_a_time(connection)
    if has_tickets(connection):
        return
    prepare(connection.engine)
    generate(connection, tickets=tickets, seed=seed, password_hash=password_hash, store=store(), via=Via.JOB)
