"""What customers do: operations of the app role, with the customer as actor, on objects their own role has loaded."""

from collections.abc import Iterator
from contextlib import contextmanager

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as


@contextmanager
def deed() -> Iterator[None]:
    """Run the block in the app role. Refused, nothing of it stays, and the page that says so has the customer's rights.

    The savepoint does that: with it PostgreSQL takes back what was written and the role alike, and the rest of the
    session (who is signed in) stays loaded. What the block had changed has to be loaded again.
    """
    session = db.session()
    with session.begin_nested(), acting_as(session, DatabaseRole.APP):
        yield
