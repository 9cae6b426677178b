"""Which rows of the audit trail: functions that take and return a Select, so that they chain and page."""

import json
import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, array

from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core.current import Via
from helpdesk.core.pagination import Key

NEWEST_FIRST = (Key(AuditLog.created_at, descending=True), Key(AuditLog.id, descending=True))
_STRINGS = '$.*[*][*] ? (@.type() == "string")'  # of pairs of values and of pairs of lists
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


def of_request(request_id: str) -> Select[AuditLog]:
    """Everything one request, job or command changed, whenever that was: an index leads there."""
    return select(AuditLog).where(AuditLog.request_id == request_id)


def called(
    rows: Select[AuditLog], name: str, *, ids: Select[int], fields: Collection[str]
) -> Select[AuditLog]:
    """What was done to objects of that name: those that have it (`ids`), and those whose own rows say it in `fields`,
    as what is gone was called."""
    said = (AuditLog.changes[field][place].astext for field in sorted(fields) for place in (0, 1))
    was_called = or_(*(each.icontains(name, autoescape=True) for each in said))
    return rows.where(or_(AuditLog.record_id.in_(ids), was_called))


def mentioning(rows: Select[AuditLog], text: str, *, fields: Collection[str] = ()) -> Select[AuditLog]:
    """What was done in one request, for the id of one; else changes in which the text occurs as a value, before or
    after, or of fields whose name contains it, or that are among `fields`.

    Nothing of this is indexed: the period bounds what is read. Digests and numbers are not looked into.
    """
    if REQUEST_ID.fullmatch(text):
        return rows.where(AuditLog.request_id == text)
    ways = [_has_field(text.replace(" ", "_")), _says(text)]
    if fields:
        ways.append(AuditLog.changes.has_any(array(sorted(fields))))
    return rows.where(or_(*ways))


def _has_field(text: str) -> ColumnElement[bool]:
    key = func.jsonb_object_keys(AuditLog.changes, type_=Text()).column_valued("field")
    named = select(key).where(key.icontains(text, autoescape=True)).exists()
    return and_(_somewhere(text), named)


def _says(text: str) -> ColumnElement[bool]:
    path = literal(_STRINGS, JSONPATH)
    value = func.jsonb_path_query(AuditLog.changes, path, type_=JSONB()).column_valued("value")
    exactly = select(value).where(value[()].astext.icontains(text, autoescape=True)).exists()
    return and_(_somewhere(json.dumps(text, ensure_ascii=False)[1:-1]), exactly)


def _somewhere(text: str) -> ColumnElement[bool]:
    """The whole is looked at as text first: cheap, and most rows end there."""
    return cast(AuditLog.changes, Text).icontains(text, autoescape=True)
