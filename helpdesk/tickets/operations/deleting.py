"""The bin: deleted tickets are invisible everywhere and can come back, until the owner role purges them."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy import delete as sql_delete

from helpdesk.accounts.models import User
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core import clock, current
from helpdesk.core.db import Base, db
from helpdesk.tickets.models import (
    Attachment,
    Comment,
    Draft,
    StagedFile,
    Ticket,
    TicketLink,
    ticket_participants,
    ticket_reads,
    ticket_tags,
    ticket_watchers,
)
from helpdesk.tickets.operations.locking import lock


def delete(ticket: Ticket, *, by: User) -> None:
    """Put a ticket into the bin."""
    ticket = lock(ticket)
    ticket.deleted_at = ticket.deleted_at or clock.now()
    db.session.flush()


def restore(ticket: Ticket, *, by: User) -> None:
    """Take a ticket out of the bin, as it was."""
    lock(ticket).deleted_at = None
    db.session.flush()


def purge(connection: Connection, *, ticket_ids: Sequence[int], by_id: int) -> int:
    """Remove deleted tickets for good, with everything they had, their audit rows included; one row says who did it.

    Runs on a connection of the owner role (a job, never a web request). Tickets that are not in the bin stay.
    Files lose their reference here and their bytes to the collector. Returns how many tickets are gone.
    """
    tickets = Ticket.__table__
    gone = list(
        connection.execute(
            select(tickets.c.id, tickets.c.ticket_number)
            .where(tickets.c.id.in_(ticket_ids), tickets.c.deleted_at.is_not(None))
            .with_for_update()
        )
    )
    ids = [row.id for row in gone]
    if not ids:
        return 0
    _purge_what_hangs_on(connection, ids)
    connection.execute(sql_delete(Ticket).where(tickets.c.id.in_(ids)))
    connection.execute(insert(AuditLog), [_last_word(row.id, row.ticket_number, by_id) for row in gone])
    return len(ids)


def _purge_what_hangs_on(connection: Connection, ids: Sequence[int]) -> None:
    comments = select(Comment.id).where(Comment.ticket_id.in_(ids))
    messages = Base.metadata.tables["outbox_messages"]
    recipients = Base.metadata.tables["outbox_recipients"]
    mails = select(messages.c.id).where(messages.c.ticket_id.in_(ids))
    for statement in (
        sql_delete(recipients).where(recipients.c.message_id.in_(mails)),
        sql_delete(messages).where(messages.c.ticket_id.in_(ids)),
        sql_delete(Attachment).where(Attachment.comment_id.in_(comments)),
        update(Comment).where(Comment.origin_ticket_id.in_(ids)).values(origin_ticket_id=None),
        sql_delete(Comment).where(Comment.ticket_id.in_(ids)),
        sql_delete(Draft).where(Draft.ticket_id.in_(ids)),
        sql_delete(StagedFile).where(StagedFile.ticket_id.in_(ids)),
        sql_delete(TicketLink).where(or_(TicketLink.ticket_id.in_(ids), TicketLink.other_id.in_(ids))),
        *(
            sql_delete(table).where(table.c.ticket_id.in_(ids))
            for table in (ticket_tags, ticket_watchers, ticket_participants, ticket_reads)
        ),
        update(Ticket).where(Ticket.merged_into_id.in_(ids)).values(merged_into_id=None),
        sql_delete(AuditLog).where(AuditLog.ticket_id.in_(ids)),
    ):
        connection.execute(statement)


def _last_word(ticket_id: int, number: str, by_id: int) -> dict[str, object]:
    who = current.entry()
    return {
        "created_at": clock.now(),
        "table_name": "tickets",
        "record_id": ticket_id,
        "ticket_id": ticket_id,
        "action": AuditAction.PURGE,
        "user_id": by_id,
        "via": who.via,
        "ip": who.ip,
        "request_id": who.request_id,
        "changes": {"ticket_number": [number, None]},
    }
