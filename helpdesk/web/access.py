"""Reading that is recorded and limited: tickets, files and lists that are taken along, one call each."""

from contextlib import nullcontext
from functools import cache

from sqlalchemy import ScalarSelect
from sqlalchemy.dialects.postgresql import Insert

from helpdesk.accounts.models import User
from helpdesk.audit.access import mark_seen, note_access, note_for_good
from helpdesk.audit.models import AccessKind
from helpdesk.audit.reading import LIMITS, count_reading, read_lately, refuse_beyond
from helpdesk.core import clock, current
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.reading import READ, READER
from helpdesk.web import doorway

_MICROSECONDS = 1_000_000


def tickets_read(person: User) -> ScalarSelect[int]:
    """How many other tickets somebody has opened within the hour: a column for the statement that reads one."""
    return read_lately(AccessKind.TICKET, person_id=person.id, but=Ticket.id.expression)


def read_ticket(person: User, ticket: Ticket, *, others: int) -> Insert:
    """One of the staff is shown a ticket, also by a page that says no. Returns the statement that counts it, to be run
    with `reading_of` them or to go along with `mark_read`.

    Raises TooMany where `others` are as many as an hour allows.
    """
    desk = doorway.desk()
    refuse_beyond(desk.most_tickets_an_hour, AccessKind.TICKET, person_id=person.id, count=others)
    note_ticket(person, ticket)
    return _counting()


@cache
def _counting() -> Insert:
    return mark_seen(AccessKind.TICKET, person_id=READER, record_id=READ, moment=clock.sql_now())


def note_ticket(person: User, ticket: Ticket) -> None:
    """Somebody is shown a ticket. Customers see no others' in number: theirs are not counted."""
    note_for_good(
        AccessKind.TICKET,
        person_id=person.id,
        record_id=ticket.id,
        ticket_id=ticket.id,
        is_recorded=doorway.desk().records_tickets,
    )


def read_file(person: User, file_id: int, *, ticket_id: int | None, detail: str = "") -> None:
    """Somebody is handed a file. Raises TooMany."""
    _count(AccessKind.ATTACHMENT, person, file_id)
    note_access(
        AccessKind.ATTACHMENT, person_id=person.id, record_id=file_id, ticket_id=ticket_id, detail=detail
    )


def take_along(person: User, filename: str) -> None:
    """Somebody takes a list along as a file. Raises TooMany."""
    count_taking(person)
    note_access(AccessKind.EXPORT, person_id=person.id, detail=filename)


def count_taking(person: User) -> None:
    """The same for a list whose taking leaves a row in the audit trail itself."""
    _count(AccessKind.EXPORT, person, int(clock.now().timestamp() * _MICROSECONDS))  # no two are the same


def _count(kind: AccessKind, person: User, record_id: int) -> None:
    most = getattr(doorway.desk(), LIMITS[kind][0])
    if most <= 0:
        return
    is_staff = current.entry().role is DatabaseRole.APP
    with nullcontext() if is_staff else acting_as(db.session(), DatabaseRole.APP):
        count_reading(kind, person_id=person.id, record_id=record_id, most=most)
