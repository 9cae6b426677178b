"""What strangers do: operations of the app role, asked for by somebody who is not signed in."""

from collections.abc import Iterator
from contextlib import contextmanager

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.row_security import acting_as
from helpdesk.web import doorway


@contextmanager
def deed() -> Iterator[None]:
    """Run the block in the app role. Refused, nothing of the request stays, and the page that says so starts anew.

    No savepoint: until the operation needs it the request holds no connection, which what is counted beside it uses.
    """
    session = db.session()
    try:
        with acting_as(session, DatabaseRole.APP):
            yield
    except Unwelcome:
        session.rollback()
        doorway.desk()  # the page that says no is this desk's, too
        raise
