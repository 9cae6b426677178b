"""What administrators must know right now, about the mail and who reads too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, literal, null, select, union_all
from sqlalchemy.types import BigInteger, DateTime, Text

from helpdesk.audit.models import AccessKind, AccessLog
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import InboundMessage, Mailbox, MailboxState, Reason, Verdict
from helpdesk.tickets.models import HeldComment, HeldFor, Ticket

PATIENCE = timedelta(minutes=15)
"""So long a mail may wait for its verdict, or a mailbox be out of reach."""
ENDS_SOON = timedelta(days=14)
LOOPS_FOR = timedelta(days=1)


class AlarmKind(StrEnum):
    """What it is about. `count` mails, or the mailbox that is named."""

    READING = "reading"
    """Accounts that were stopped because they read very much within an hour."""
    QUARANTINED = "quarantined"
    FAILED = "failed"
    WAITING = "waiting"
    """Mails that nobody reads: is the worker running?"""
    LOOP = "loop"
    STRANGERS = "strangers"
    """Messages held at tickets."""
    FETCHING = "fetching"
    SENDING = "sending"
    BRAKE = "brake"
    PERMISSION = "permission"
    """It ends, at `since`."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing somebody has to look at."""

    kind: AlarmKind
    count: int
    since: datetime | None
    mailbox_id: int | None = None
    mailbox: str = ""
    detail: str = ""
    """What a server said."""


def alarms() -> Sequence[Alarm]:
    """All of them, the most urgent kind first. Costs one statement."""
    order = list(AlarmKind)
    found = [Alarm(AlarmKind(row.kind), *row[1:]) for row in db.session.execute(_all())]
    return sorted(found, key=lambda alarm: (order.index(alarm.kind), alarm.mailbox))


def _all() -> Select[*tuple[Any, ...]]:
    now = clock.now()
    by_verdict = InboundMessage.verdict
    loops = (by_verdict == Verdict.SUSPENDED, InboundMessage.reason == Reason.LOOP)
    stopped = (AccessLog.kind == AccessKind.LIMIT_REACHED, AccessLog.created_at > now - LOOPS_FOR)
    people = func.count(func.coalesce(AccessLog.user_id, 0).distinct())
    parts = union_all(
        _counted(AlarmKind.READING, AccessLog.created_at, *stopped, count=people),
        _mails(AlarmKind.QUARANTINED, by_verdict == Verdict.QUARANTINED),
        _mails(AlarmKind.FAILED, by_verdict == Verdict.FAILED),
        _mails(AlarmKind.WAITING, by_verdict == Verdict.WAITING, InboundMessage.created_at < now - PATIENCE),
        _mails(AlarmKind.LOOP, *loops, InboundMessage.created_at > now - LOOPS_FOR),
        _counted(AlarmKind.STRANGERS, HeldComment.created_at, *_held()),
        _mailboxes(AlarmKind.FETCHING, MailboxState.failed_at, now - PATIENCE, MailboxState.failure),
        _mailboxes(AlarmKind.SENDING, MailboxState.send_failed_at, now - PATIENCE, MailboxState.send_failure),
        _mailboxes(AlarmKind.BRAKE, MailboxState.braked_at, now, null()),
        _mailboxes(AlarmKind.PERMISSION, Mailbox.oauth_ends_at, now + ENDS_SOON, null()),
    ).subquery()
    return select(*parts.c).where(parts.c["count"] > 0)


def _mails(kind: AlarmKind, *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return _counted(kind, InboundMessage.created_at, *which)


def _counted(
    kind: AlarmKind, moment: Any, *which: ColumnElement[bool], count: Any = None
) -> Select[*tuple[Any, ...]]:
    return select(
        literal(kind.value, Text()).label("kind"),
        (func.count() if count is None else count).label("count"),
        func.min(moment, type_=DateTime(timezone=True)).label("since"),
        cast(null(), BigInteger).label("mailbox_id"),
        literal("", Text()).label("mailbox"),
        literal("", Text()).label("detail"),
    ).where(*which)


def _held() -> tuple[ColumnElement[bool], ...]:
    """What strangers wrote to tickets that are not in the bin."""
    lives = select(Ticket.id).where(Ticket.id == HeldComment.ticket_id, Ticket.deleted_at.is_(None))
    return HeldComment.reason == HeldFor.STRANGER, lives.correlate(HeldComment).exists()


def _mailboxes(kind: AlarmKind, moment: Any, before: datetime, detail: Any) -> Select[*tuple[Any, ...]]:
    """The active mailboxes whose moment came before another one."""
    return (
        select(
            literal(kind.value, Text()),
            literal(1, BigInteger()),
            moment,
            Mailbox.id,
            Mailbox.name,
            func.coalesce(cast(detail, Text), ""),
        )
        .select_from(Mailbox)
        .outerjoin(MailboxState, MailboxState.mailbox_id == Mailbox.id)
        .where(Mailbox.is_active, moment <= before)
    )
