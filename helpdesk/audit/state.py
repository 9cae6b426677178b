"""How the sealed trail stands, for those who look after the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, func, literal, select, union_all
from sqlalchemy.orm import aliased

from helpdesk.audit.models import AccessLog, AuditLog, AuditSeal
from helpdesk.background.tables import queued
from helpdesk.core import clock
from helpdesk.core.db import db

PATIENCE = timedelta(minutes=10)
"""So long a row may wait for its seal: the job comes every minute."""
VERIFIES = "audit.verify"


@dataclass(frozen=True, slots=True)
class SealState:
    """Seen from the app role: the seals are there, and that the rows still are what they were says the last check."""

    last_number: int
    sealed_at: datetime | None
    anchored_at: datetime | None
    unsealed: int
    """Rows that have waited for their seal longer than PATIENCE."""
    is_broken: bool
    """Whether the nightly check found anything that is not as it was sealed."""


def seal_state() -> SealState:
    """Costs one statement."""
    since = clock.now() - PATIENCE
    parts = []
    for log in (AuditLog, AccessLog):
        seals = aliased(AuditSeal)
        last = select(seals.up_to_id).where(seals.table_name == log.__tablename__)
        up_to = func.coalesce(last.order_by(seals.number.desc()).limit(1).scalar_subquery(), 0)
        parts.append(select(func.count().label("count")).where(log.id > up_to, log.created_at < since))
    waiting = union_all(*parts).subquery()
    head = select(AuditSeal.number).order_by(AuditSeal.number.desc()).limit(1).scalar_subquery()
    broken = select(literal(True)).where(
        queued.c.task_name == VERIFIES, cast(queued.c.status, Text) == "failed"
    )
    row = db.session.execute(
        select(
            func.coalesce(head, 0),
            select(func.max(AuditSeal.sealed_at)).scalar_subquery(),
            select(func.max(AuditSeal.anchored_at)).scalar_subquery(),
            select(func.sum(waiting.c.count)).scalar_subquery(),
            broken.exists(),
        )
    ).one()
    return SealState(row[0], row[1], row[2], int(row[3] or 0), bool(row[4]))
