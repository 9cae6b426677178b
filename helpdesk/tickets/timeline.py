"""What a ticket went through, in order: its messages, and between them what the trail says was changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_

from helpdesk.accounts.models import User
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core.json_columns import json_object, or_empty
from helpdesk.tickets.models import Attachment, Comment, CommentRecipient, HeldComment, Ticket
from helpdesk.tickets.models.status import SETTLED_STATUSES

MOST_CHANGES = 300
"""How far back a page looks into the trail; the audit browser knows all of it."""

# What nobody needs to read between two messages: it is in the history.
_SILENT = frozenset(
    {"watchers", "first_responded_at", "first_resolved_at", "resolved_at", "closed_at", "reopen_count"}
)


class Happened(Protocol):
    """Anything with its moment."""

    @property
    def created_at(self) -> datetime: ...


_IN_ORDER = (Comment.created_at, Comment.id)

M = TypeVar("M", bound=Happened)


def messages_of(ticket: Ticket) -> Select[*tuple[Any, ...]]:
    """Every message of a ticket for staff, as `messages` gives them."""
    return messages().where(Comment.ticket_id == ticket.id)


@cache
def messages() -> Select[*tuple[Any, ...]]:
    """The messages of tickets for staff, oldest first, with author, files, position, addresses and why they are held
    where they are not published yet; one statement. Of which ticket is still to be said: positions count within it.

    What waits to be sent has no position, and stands at the end.
    """
    is_published = Comment.published_at.is_not(None)
    name = func.coalesce(func.nullif(User.full_name, ""), User.email, "")
    return (
        select(
            case((is_published, func.row_number().over(partition_by=is_published, order_by=_IN_ORDER))).label(
                "position"
            ),
            Comment.id.label("comment_id"),
            Comment.content_html,
            Comment.quoted_html,
            Comment.is_internal,
            Comment.is_opening,
            Comment.via,
            Comment.created_at,
            Comment.author_id,
            User.is_staff.label("is_by_staff"),
            name.label("author"),
            User.picture_sha256.label("picture"),
            _files().label("files"),
            _recipients().label("recipients"),
            is_published.label("is_published"),
            HeldComment.public_id.label("held_id"),
            HeldComment.reason.label("held_for"),
            HeldComment.publish_at,
            HeldComment.cancels_on_answer,
        )
        .join(Comment.author)
        .outerjoin(HeldComment, HeldComment.comment_id == Comment.id)
        .order_by(HeldComment.publish_at.asc().nulls_first(), *_IN_ORDER)
    )


def _files() -> Any:
    columns = ("public_id", "filename", "size", "content_type", "is_inline")
    file = json_object(**{column: getattr(Attachment, column) for column in columns})
    aggregate = func.jsonb_agg(file).aggregate_order_by(Attachment.id)
    return (
        select(or_empty(aggregate))
        .where(Attachment.comment_id == Comment.id)
        .correlate(Comment)
        .scalar_subquery()
    )


def _recipients() -> Any:
    """Whom staff chose for an answer, or whom a mail named."""
    columns = ("kind", "email", "name", "user_id")
    recipient = json_object(**{column: getattr(CommentRecipient, column) for column in columns})
    aggregate = func.jsonb_agg(recipient).aggregate_order_by(CommentRecipient.id)
    return (
        select(or_empty(aggregate))
        .where(CommentRecipient.comment_id == Comment.id)
        .correlate(Comment)
        .scalar_subquery()
    )


def message_count() -> ColumnElement[int]:
    """How many messages the ticket of the row has, without those that are not published yet: a column."""
    published = Comment.ticket_id == Ticket.id, Comment.published_at.is_not(None)
    return select(func.count()).where(*published).correlate(Ticket).scalar_subquery()


def position_of(comment: Comment) -> Select[int]:
    """The place of a message in its conversation, from 1: what its address ends with."""
    return select(func.count()).where(
        Comment.ticket_id == comment.ticket_id,
        Comment.published_at.is_not(None),
        tuple_(Comment.created_at, Comment.id) <= tuple_(comment.created_at, comment.id),
    )


def changes_of(ticket: Ticket) -> Select[AuditLog]:
    """What the trail says of a ticket and all that belongs to it, newest first."""
    return (
        select(AuditLog)
        .where(AuditLog.ticket_id == ticket.id, AuditLog.created_at >= ticket.created_at)
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(MOST_CHANGES)
    )


def events_among(changes: Iterable[AuditLog]) -> list[AuditLog]:
    """Those changes that stand between the messages, oldest first.

    What a message itself brought about (now it waits, now it is open again) is no event, unless it settled the
    ticket or took it up again.
    """
    known = list(changes)
    writing = {row.request_id for row in known if row.table_name == "comments"}
    return [
        row
        for row in reversed(known)
        if row.table_name == "tickets"
        and row.action is AuditAction.UPDATE
        and not _SILENT.issuperset(row.changes)
        and (row.request_id not in writing or _settles_or_reopens(row))
    ]


def _settles_or_reopens(row: AuditLog) -> bool:
    return not set(SETTLED_STATUSES).isdisjoint(row.changes.get("status", ()))


def woven(messages: Sequence[M], events: Sequence[AuditLog]) -> list[M | list[AuditLog]]:
    """Messages and events by their moments; events without a message between them are one list."""
    thread: list[M | list[AuditLog]] = []
    waiting = list(messages)
    for event in events:
        while waiting and waiting[0].created_at <= event.created_at:
            thread.append(waiting.pop(0))
        if thread and isinstance(thread[-1], list):
            thread[-1].append(event)
        else:
            thread.append([event])
    return [*thread, *waiting]
