"""From a changed object to the facts of its audit row: which fields, old → new, without secrets and message texts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum, inspect
from sqlalchemy.orm import InstanceState, Mapper

from helpdesk.audit.models import AuditAction, Audited

Changes = dict[str, list[Any]]

REDACTED = "•••"


@dataclass(slots=True)
class AuditEntry:
    """What will become one row of audit_logs when the transaction commits."""

    table_name: str
    record_id: int
    ticket_id: int | None
    action: AuditAction
    changes: Changes = field(default_factory=dict)

    def merge(self, later: "AuditEntry") -> "AuditEntry | None":
        """Two changes of one object in one operation, as one. None where the second undoes the first."""
        if self.action is AuditAction.DELETE:
            return self  # losing its parent counts as a change to SQLAlchemy
        is_gone = later.action is AuditAction.DELETE
        if is_gone and self.action is AuditAction.INSERT:
            return None
        action = later.action if is_gone else self.action
        changes = {name: list(pair) for name, pair in self.changes.items()}
        for name, (old, new) in later.changes.items():
            changes[name] = [changes[name][0] if name in changes else old, new]
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1] or pair[0] == REDACTED}
        if action is AuditAction.UPDATE and not changes:
            return None
        return AuditEntry(self.table_name, self.record_id, later.ticket_id or self.ticket_id, action, changes)


def entry_for(obj: Audited, action: AuditAction) -> AuditEntry | None:
    """The entry of one object during a flush, or None where nothing watched has changed."""
    state: InstanceState[Any] = inspect(obj)
    mapper: Mapper[Any] = state.mapper
    changes = _column_changes(obj, state, mapper, action)
    if action is not AuditAction.DELETE:
        changes |= _relation_changes(obj, state)
    if action is AuditAction.UPDATE and not changes:
        return None
    return AuditEntry(
        table_name=mapper.local_table.name,  # type: ignore[attr-defined]  # always a Table here
        record_id=obj.id,  # type: ignore[attr-defined]  # Audited models have one
        ticket_id=obj.audit_ticket_id(),
        action=action,
        changes=changes,
    )


def _column_changes(
    obj: Audited, state: InstanceState[Any], mapper: Mapper[Any], action: AuditAction
) -> Changes:
    changes: Changes = {}
    for attribute in mapper.column_attrs:
        name = attribute.key
        if name == "id" or name in obj.audit_skip or mapper.columns.get(name) is None:
            continue
        if action is AuditAction.UPDATE:
            history = state.attrs[name].history
            if not history.has_changes():
                continue
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
        else:
            value = state.dict.get(name)  # defaults leave no history on insert
            old, new = (None, value) if action is AuditAction.INSERT else (value, None)
        pair = shown(type(obj), name, old, new)
        if pair[0] != pair[1] or pair[0] == REDACTED:
            changes[name] = pair
    return changes


def _relation_changes(obj: Audited, state: InstanceState[Any]) -> Changes:
    changes: Changes = {}
    for name in obj.audit_relations:
        if name not in state.dict:
            continue
        history = state.attrs[name].history
        if history.added or history.deleted:
            old = sorted(member.audit_name for member in (*history.unchanged, *history.deleted))
            new = sorted(member.audit_name for member in (*history.unchanged, *history.added))
            changes[name] = [old, new]
    return changes


def members_told(obj: Audited, *, is_gone: bool) -> set[Any]:
    """The members of its audited relationships that the object's own row tells of."""
    state: InstanceState[Any] = inspect(obj)
    told: set[Any] = set()
    for name in obj.audit_relations & state.dict.keys():
        history = state.attrs[name].history
        told.update(history.added, history.deleted, history.unchanged if is_gone else ())
    return told


def shown(model: type[Audited], name: str, old: Any, new: Any) -> list[Any]:
    """A pair of values as the trail may keep it."""
    if name in model.audit_secret:
        return [None, None] if old is None and new is None else [old and REDACTED, new and REDACTED]
    if name in model.audit_digest:
        return [_digested(old), _digested(new)]
    return [plain(old), plain(new)]


def snapshot(model: type[Audited], values: Mapping[str, Any], action: AuditAction) -> Changes:
    """The changes of a whole row that appears or disappears, from its column values."""
    changes: Changes = {}
    for name, value in values.items():
        if name == "id" or name in model.audit_skip or value is None:
            continue
        old, new = (None, value) if action is AuditAction.INSERT else (value, None)
        pair = shown(model, name, old, new)
        if pair != [None, None]:
            changes[name] = pair
    return changes


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (list, tuple, set, frozenset)):
        return sorted(plain(each) for each in value)
    if value is None or isinstance(value, (bool, int, float, str, dict)):
        return value
    return str(value)


def restored(model: type[Audited], name: str, value: Any) -> Any:
    """The value of a column that the trail shows so: what `plain` made of it, back again.

    Of secrets and of message texts the trail holds no value to go back to.
    """
    assert name not in model.audit_secret | model.audit_digest
    mapper: Mapper[Any] = inspect(model)
    kind = mapper.columns[name].type
    if value is None:
        return None
    if isinstance(kind, Enum):
        assert kind.enum_class is not None  # columns of other enumerations there are none
        return kind.enum_class(value)
    return datetime.fromisoformat(value) if isinstance(kind, DateTime) else value


def _digested(text: str | None) -> dict[str, Any] | None:
    if not text:  # an empty text is no text
        return None
    return {"length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}
