"""Who came by a mailed link: one request is open to them without signing in, and nothing else of the desk."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from flask import g, session

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import current
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.core.row_security import acting_as, switch
from helpdesk.core.tokens import digest
from helpdesk.settings.catalogue import desk_from, stored_settings
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.keys import mint_key, opened_by
from helpdesk.tickets.queries import tickets_for

KEYS = "keys"
"""In the browser's session: the digest of each key it has shown, by the number of its ticket."""
OPENED = "opened"
"""There too: the digest of the link that was followed last, whether or not it opened anything."""
MOST_KEYS = 8


class KeyEnded(Gone):
    """The browser holds a key that opens its ticket no longer."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The person a key was mailed to, where it was mailed, and the one ticket it opens."""

    person: User
    address: EmailAddress
    ticket_id: int


def holder_of(key: str) -> Holder | None:
    """Who holds a good key of this digest. Costs one statement, which brings the desk's settings along."""
    settings = stored_settings().scalar_subquery()
    with _finding_out():
        found = db.session.execute(opened_by(key).add_columns(settings)).one_or_none()
    if found is None:
        return None
    row, person, address, stored = found
    g.desk = desk_from(stored)
    g.desk_name = g.desk.desk_name
    return Holder(person, address, row.ticket_id)


def _finding_out() -> AbstractContextManager[None]:
    """The role that may read keys; an anonymous request has it already."""
    is_there = current.entry().role is DatabaseRole.AUTH
    return nullcontext() if is_there else acting_as(db.session(), DatabaseRole.AUTH)


def enter(holder: Holder) -> None:
    """From here the request is the holder's, and the database shows it that ticket alone."""
    switch(db.session(), role=DatabaseRole.CUSTOMER, user_id=holder.person.id, ticket_id=holder.ticket_id)


def holder_for(number: str) -> User | None:
    """The person whose key to this ticket the browser holds, let in; None without one. Raises KeyEnded."""
    key = keys_held().get(number.strip().upper())
    if key is None:
        return None
    holder = holder_of(key)
    if holder is None:
        session[OPENED] = key
        raise KeyEnded("This link works no longer.")
    enter(holder)
    return holder.person


def ticket_behind(holder: Holder) -> Ticket | None:
    """The ticket, while its person may still see it. The holder has entered."""
    found: Ticket | None = db.session.scalar(tickets_for(holder.person).where(Ticket.id == holder.ticket_id))
    return found


def keys_held() -> dict[str, str]:
    """What the browser holds, the latest last."""
    held: Any = session.get(KEYS)
    return dict(held) if isinstance(held, dict) else {}


def hold(key: str, *, number: str) -> None:
    """Keep a key's digest in the browser. Of what its session held before, only other keys go on."""
    held = {name: each for name, each in keys_held().items() if name != number}
    latest = [*held.items(), (number, key)][-MOST_KEYS:]
    session.clear()
    session[KEYS] = dict(latest)


def hold_new_key(ticket: Ticket, *, person: User, address: EmailAddress) -> None:
    """Open a ticket to the browser that has just brought it about. In the app role."""
    hold(digest(mint_key(ticket, person=person, address=address)), number=ticket.ticket_number)
