"""Tells PostgreSQL who acts, and how long that may take: it travels with every transaction, in one round trip."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from helpdesk.core import current
from helpdesk.core.current import DatabaseRole, Entry

# set_config(…, true) is SET LOCAL: gone with the transaction, so nothing leaks through the pool.
# In the driver's own words: each request says it twice, and has it compiled for nothing.
_ENTER = (
    "select set_config('role', %(role)s, true), set_config('helpdesk.user_id', %(user_id)s, true),"
    " set_config('helpdesk.ticket_id', %(ticket_id)s, true),"
    " (select count(set_config(key, value, true)) from jsonb_each_text(cast(%(settings)s as jsonb)))"
)
SETTINGS = "settings_of_roles"
"""The option of an engine that holds, for each role, what else its transactions are told: limits of time, as JSON."""


def tell(connection: Connection, who: Entry) -> None:
    """Set role and actor for the rest of the connection's transaction. Both are always set: old values never linger.

    Who came by the mailed link of one ticket reads that ticket alone, not what else is theirs.
    """
    reads_one = who.role is DatabaseRole.CUSTOMER and who.ticket_id is not None
    reader = None if reads_one else who.user_id
    settings = connection.get_execution_options().get(SETTINGS, {})
    connection.exec_driver_sql(
        _ENTER,
        {
            "role": who.role.value,
            "user_id": "" if reader is None else str(reader),
            "ticket_id": "" if who.ticket_id is None else str(who.ticket_id),
            "settings": settings.get(who.role.value, "{}"),
        },
    )


def _tell_new_transaction(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        tell(connection, current.entry())


def install(session_class: type[Session]) -> None:
    """Make every transaction of this kind of session start by naming its role and actor."""
    event.listen(session_class, "after_begin", _tell_new_transaction)


def switch(
    session: Session, *, role: DatabaseRole, user_id: int | None, ticket_id: int | None = None
) -> None:
    """Go on as somebody else inside the same entry: the sign-in lookup is over, the person is known."""
    session.flush()
    who = current.change(role=role, user_id=user_id, ticket_id=ticket_id)
    if session.in_transaction():
        tell(session.connection(), who)


@contextmanager
def acting_as(session: Session, role: DatabaseRole) -> Iterator[None]:
    """Run the block under another role with the same actor: a customer's deed is an operation of the app role.

    After an error the transaction, or the savepoint around this block, has to end: PostgreSQL's role ends with it.
    """
    before = current.entry()
    switch(session, role=role, user_id=before.user_id, ticket_id=before.ticket_id)
    try:
        yield
    except BaseException:
        current.change(role=before.role)
        raise
    switch(session, role=before.role, user_id=before.user_id, ticket_id=before.ticket_id)
