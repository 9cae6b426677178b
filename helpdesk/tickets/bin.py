"""What lies in the bin, as its administrators look for it: whose it was, who put it there and when."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, func, or_, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.audit.models import AuditLog
from helpdesk.background.tables import queued
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Purge, Ticket
from helpdesk.tickets.queries import name_of

MOST_WORDS = 5
_REQUESTER = func.lower(name_of(Ticket.requester_id), type_=Text())

ORDERS = {
    "deleted": (Key(Ticket.deleted_at, descending=True), Key(Ticket.id, descending=True)),
    "number": (Key(Ticket.id),),
    "title": (Key(func.lower(Ticket.title, type_=Text())), Key(Ticket.id)),
    "requester": (Key(_REQUESTER), Key(Ticket.id)),
}


def matching(tickets: Select[Ticket], text: str) -> Select[Ticket]:
    """Those in whose number, title or requester every word occurs; the bin is small, so all of it is looked through."""
    for word in text.split()[:MOST_WORDS]:
        address = select(EmailAddress.user_id).where(EmailAddress.email.icontains(word, autoescape=True))
        person = select(User.id).where(User.full_name.icontains(word, autoescape=True))
        tickets = tickets.where(
            or_(
                Ticket.ticket_number == word.upper().removeprefix("#"),
                Ticket.title.icontains(word, autoescape=True),
                Ticket.requester_id.in_(person.union(address)),
            )
        )
    return tickets


def listed(tickets: Select[Ticket]) -> Select[*tuple[Any, ...]]:
    """The rows of the list: ticket_number, title, status, deleted_at, requester, deleted_by (a name, or null)."""
    return tickets.with_only_columns(
        Ticket.ticket_number,
        Ticket.title,
        Ticket.status,
        Ticket.deleted_at,
        name_of(Ticket.requester_id).label("requester"),
        _who_deleted().label("deleted_by"),
    )


def _who_deleted() -> ColumnElement[str]:
    """The audit trail tells. From the moment it went into the bin on, so that one month is read and not all."""
    return (
        select(name_of(AuditLog.user_id))
        .where(
            AuditLog.table_name == Ticket.__tablename__,
            AuditLog.record_id == Ticket.id,
            AuditLog.created_at >= Ticket.deleted_at,
            AuditLog.changes.has_key("deleted_at"),
        )
        .order_by(AuditLog.created_at.desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def purges() -> Select[*tuple[Any, ...]]:
    """What was removed for good: id, created_at, finished_at, by, asked, purged, comments, files, bytes; and where it
    is not over yet the state of its job (null: nobody works on it)."""
    state = (
        select(queued.c.status)
        .where(queued.c.task_name == "tickets.purge", queued.c.args["purge_id"].as_integer() == Purge.id)
        .order_by(queued.c.id.desc())
        .limit(1)
        .correlate(Purge)
        .scalar_subquery()
    )
    return select(
        Purge.id,
        Purge.created_at,
        Purge.finished_at,
        name_of(Purge.user_id).label("by"),
        func.cardinality(Purge.ticket_ids).label("asked"),
        Purge.purged_count.label("purged"),
        Purge.comment_count.label("comments"),
        Purge.file_count.label("files"),
        Purge.byte_count.label("bytes"),
        case((Purge.finished_at.is_(None), state)).label("state"),  # else nobody looks for it
    )
