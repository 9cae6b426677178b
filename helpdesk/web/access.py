"""Reading that is recorded and limited: tickets, files and lists that are taken along, one call each."""

from contextlib import nullcontext

from helpdesk.accounts.models import User
from helpdesk.audit.access import note_access, note_for_good
from helpdesk.audit.models import AccessKind
from helpdesk.audit.reading import LIMITS, count_reading
from helpdesk.core import clock, current
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.web import doorway

_MICROSECONDS = 1_000_000


def read_ticket(person: User, ticket_id: int) -> None:
    """Somebody is shown a ticket, also by a page that says no. Raises TooMany beyond what an hour allows."""
    _count(AccessKind.TICKET, person, ticket_id)
    note_for_good(
        AccessKind.TICKET,
        person_id=person.id,
        record_id=ticket_id,
        ticket_id=ticket_id,
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
