"""Purging the bin: a page asks, a job removes for good as the owner role, a part at a time, and keeps what it did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import delete as sql_delete
from sqlalchemy.sql.base import Executable

from helpdesk.accounts.models import User
from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.audit.retention import note_removal
from helpdesk.core import clock, current
from helpdesk.core.db import Base, among, db
from helpdesk.core.errors import Conflict
from helpdesk.identity.models import OneTimeToken
from helpdesk.tickets.models import (
    Attachment,
    BulkRefusal,
    Comment,
    CommentRecipient,
    Draft,
    GuestRequest,
    HeldComment,
    Purge,
    StagedFile,
    Ticket,
    TicketKey,
    TicketLink,
    ticket_participants,
    ticket_reads,
    ticket_tags,
    ticket_watchers,
)

PURGED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sums:
    """How much goes: tickets, the messages and notes in them, files and what these weigh."""

    tickets: int = 0
    comments: int = 0
    files: int = 0
    bytes: int = 0


def foresee_purge(tickets: Select[Ticket]) -> Sums:
    """What would go with these tickets (of deleted_for). Costs one statement, locks nothing."""
    gone = tickets.with_only_columns(Ticket.id).order_by(None).subquery()
    return Sums(*db.session.execute(_sums(gone)).one())


def confirm_purge(tickets: Select[Ticket], *, count: int, by: User) -> Purge:
    """Keep that somebody wants these tickets (of deleted_for) removed for good: jobs.start_purge has it done.

    Raises Conflict where they are not as many as were confirmed.
    """
    ids = db.session.scalars(tickets.with_only_columns(Ticket.id).order_by(None).order_by(Ticket.id)).all()
    if len(ids) != count:
        raise Conflict("Nothing was removed: what lies in the bin has changed meanwhile. Look again.")
    asked = Purge(user_id=by.id, ticket_ids=list(ids))
    db.session.add(asked)
    db.session.flush()
    record("purges", asked.id, AuditAction.INSERT, {"ticket_count": [None, count]})
    return asked


def purge_next(connection: Connection, *, purge_id: int) -> bool:
    """Remove the next part of what was confirmed, and note how far that has come. Returns whether there is more."""
    asked = connection.execute(
        select(Purge.user_id, Purge.created_at).where(Purge.id == purge_id).with_for_update()
    ).one()
    listed = select(func.unnest(Purge.ticket_ids)).where(Purge.id == purge_id)
    left = (
        select(Ticket.id)
        .where(Ticket.id.in_(listed), Ticket.deleted_at <= asked.created_at)
        .order_by(Ticket.id)
        .limit(PURGED_AT_ONCE)
    )
    ids = connection.scalars(left).all()
    gone = purge(connection, ticket_ids=ids, by_id=asked.user_id)
    has_more = len(ids) == PURGED_AT_ONCE
    connection.execute(
        update(Purge)
        .where(Purge.id == purge_id)
        .values(
            purged_count=Purge.purged_count + gone.tickets,
            comment_count=Purge.comment_count + gone.comments,
            file_count=Purge.file_count + gone.files,
            byte_count=Purge.byte_count + gone.bytes,
            finished_at=None if has_more else func.coalesce(Purge.finished_at, clock.now()),
        )
    )
    return has_more


def purge(connection: Connection, *, ticket_ids: Sequence[int], by_id: int) -> Sums:
    """Remove deleted tickets for good, with everything they had, their audit rows included; one row says who did it.

    Runs on a connection of the owner role (a job, never a web request). Tickets that are not in the bin stay.
    Files, and the mails these tickets are made of, lose their reference here and their bytes to the collector.
    """
    tickets = Ticket.__table__
    gone = connection.execute(
        select(tickets.c.id, tickets.c.ticket_number)
        .where(among(tickets.c.id, ticket_ids), tickets.c.deleted_at.is_not(None))
        .with_for_update()
    ).all()
    ids = [row.id for row in gone]
    if not ids:
        return Sums()
    sums = Sums(*connection.execute(_sums(select(Ticket.id).where(among(Ticket.id, ids)).subquery())).one())
    told = connection.scalars(select(AuditLog.id).where(among(AuditLog.ticket_id, ids))).all()
    note_removal(connection, AuditLog.__tablename__, told, reason="purge", user_id=by_id)
    for statement in _what_hangs_on(ids):
        connection.execute(statement)
    connection.execute(sql_delete(Ticket).where(among(tickets.c.id, ids)))
    connection.execute(insert(AuditLog), [_last_word(row.id, row.ticket_number, by_id) for row in gone])
    return sums


def _sums(gone: Subquery) -> Select[int, int, int, int]:
    ids = select(gone.c.id)
    files = select(Attachment).join(Attachment.comment).where(Comment.ticket_id.in_(ids))
    return select(
        select(func.count()).select_from(gone).scalar_subquery(),
        select(func.count()).where(Comment.ticket_id.in_(ids)).scalar_subquery(),
        files.with_only_columns(func.count()).scalar_subquery(),
        files.with_only_columns(
            cast(func.coalesce(func.sum(Attachment.size), 0), BigInteger)
        ).scalar_subquery(),
    )


def _what_hangs_on(ids: Sequence[int]) -> Iterable[Executable]:
    """Whatever refers to these tickets, in the order in which it can go; other tickets only let go of them."""

    def theirs(column: object) -> ColumnElement[bool]:
        return among(column, ids)

    names = ("outbox_messages", "outbox_recipients", "inbound_messages")
    messages, recipients, inbound = (Base.metadata.tables[name] for name in names)
    comments = select(Comment.id).where(theirs(Comment.ticket_id))
    guests = select(GuestRequest.id).where(theirs(GuestRequest.ticket_id))
    is_mail = or_(
        theirs(messages.c.ticket_id),
        messages.c.comment_id.in_(comments),
        messages.c.guest_request_id.in_(guests),
    )
    their_mail = select(messages.c.id).where(is_mail)
    deliveries = select(recipients.c.id).where(recipients.c.message_id.in_(their_mail))
    came_in = or_(
        theirs(inbound.c.ticket_id),
        inbound.c.comment_id.in_(comments),
        inbound.c.recipient_id.in_(deliveries),
    )
    return (
        sql_delete(inbound).where(came_in),
        sql_delete(recipients).where(recipients.c.message_id.in_(their_mail)),
        sql_delete(messages).where(is_mail),
        sql_delete(Attachment).where(Attachment.comment_id.in_(comments)),
        sql_delete(CommentRecipient).where(CommentRecipient.comment_id.in_(comments)),
        sql_delete(HeldComment).where(theirs(HeldComment.ticket_id)),
        update(Comment).where(theirs(Comment.origin_ticket_id)).values(origin_ticket_id=None),
        sql_delete(Comment).where(theirs(Comment.ticket_id)),
        sql_delete(Draft).where(theirs(Draft.ticket_id)),
        sql_delete(StagedFile).where(
            or_(theirs(StagedFile.ticket_id), StagedFile.guest_request_id.in_(guests))
        ),
        sql_delete(OneTimeToken).where(OneTimeToken.guest_request_id.in_(guests)),
        sql_delete(GuestRequest).where(theirs(GuestRequest.ticket_id)),
        sql_delete(TicketKey).where(theirs(TicketKey.ticket_id)),
        sql_delete(BulkRefusal).where(theirs(BulkRefusal.ticket_id)),
        sql_delete(TicketLink).where(or_(theirs(TicketLink.ticket_id), theirs(TicketLink.other_id))),
        *(
            sql_delete(table).where(theirs(table.c.ticket_id))
            for table in (ticket_tags, ticket_watchers, ticket_participants, ticket_reads)
        ),
        update(Ticket).where(theirs(Ticket.merged_into_id)).values(merged_into_id=None),
        sql_delete(AuditLog).where(theirs(AuditLog.ticket_id)),
    )


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
