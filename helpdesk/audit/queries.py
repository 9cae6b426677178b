"""Which rows of the audit trail: functions that take and return a Select, so that they chain and page."""

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, func, or_, select
from sqlalchemy.dialects.postgresql import array

from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core.current import Via
from helpdesk.core.pagination import Key

NEWEST_FIRST = (Key(AuditLog.created_at, descending=True), Key(AuditLog.id, descending=True))
REQUEST_ID = re.compile(r"[0-9a-f]{32}|job-\d+")


def between(since: datetime, until: datetime) -> Select[AuditLog]:
    """The trail of a period, its end excluded. Every question has one: it decides which months are read at all."""
    return select(AuditLog).where(AuditLog.created_at >= since, AuditLog.created_at < until)


def by_person(rows: Select[AuditLog], user_id: int) -> Select[AuditLog]:
    """What somebody did."""
    return rows.where(AuditLog.user_id == user_id)


def of_kind(rows: Select[AuditLog], table_name: str) -> Select[AuditLog]:
    """What was done to objects of one kind."""
    return rows.where(AuditLog.table_name == table_name)


def of_object(rows: Select[AuditLog], table_name: str, record_id: int) -> Select[AuditLog]:
    """What was done to one object."""
    return of_kind(rows, table_name).where(AuditLog.record_id == record_id)


def of_ticket(rows: Select[AuditLog], ticket_id: ColumnElement[int]) -> Select[AuditLog]:
    """What was done to a ticket and to everything that belongs to it."""
    return rows.where(AuditLog.ticket_id == ticket_id)


def with_action(rows: Select[AuditLog], action: AuditAction) -> Select[AuditLog]:
    """One kind of change."""
    return rows.where(AuditLog.action == action)


def through(rows: Select[AuditLog], via: Via) -> Select[AuditLog]:
    """What came in through one door."""
    return rows.where(AuditLog.via == via)


def mentioning(rows: Select[AuditLog], text: str, *, fields: Collection[str] = ()) -> Select[AuditLog]:
    """What was done in one request, for the id of one; else changes of fields whose name contains the text, or that
    are among `fields`."""
    if REQUEST_ID.fullmatch(text):
        return rows.where(AuditLog.request_id == text)
    key = func.jsonb_object_keys(AuditLog.changes, type_=Text()).column_valued("field")
    named = select(key).where(key.icontains(text.replace(" ", "_"), autoescape=True)).exists()
    if not fields:
        return rows.where(named)
    return rows.where(or_(named, AuditLog.changes.has_any(array(sorted(fields)))))
