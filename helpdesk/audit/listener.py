"""Collects audit entries at each flush and writes them once, just before the commit, in the same transaction."""

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Table, event, insert
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapper,
    ORMExecuteState,
    RelationshipProperty,
    Session,
    SessionTransaction,
    object_session,
)

from helpdesk.audit.entries import AuditEntry, entry_for, members_told
from helpdesk.audit.models import AuditAction, Audited, AuditLog
from helpdesk.core import clock, current
from helpdesk.core.current import DatabaseRole
from helpdesk.core.row_security import acting_as

_Key = tuple[str, int]
_Collected = dict[_Key, AuditEntry]

AUDITED_ALREADY = "helpdesk_audited_already"
"""Execution option of the statements of audit.bulk, which write their own entries."""

_MAY_WRITE = {DatabaseRole.APP, DatabaseRole.OWNER}

_audited_tables: set[Table] = set()

_parts: set[type[Any]] = set()

_marks: WeakKeyDictionary[SessionTransaction, _Collected] = WeakKeyDictionary()
"""What had been collected when a savepoint was made. A mark outlives the end of its savepoint by a little: SQLAlchemy
tells of the end before it tells that it was a rollback."""


class UnauditedWrite(RuntimeError):
    """A statement would change watched rows past the audit trail. Use the ORM or helpdesk.audit.bulk."""


def collect(session: Session, entries: Iterable[AuditEntry]) -> None:
    """Add entries to those of the running transaction; several of one object become one."""
    collected: _Collected = session.info.setdefault("audit", {})
    for entry in entries:
        key = (entry.table_name, entry.record_id)
        known = collected.pop(key, None)
        merged = known.merge(entry) if known else entry
        if merged is not None:
            collected[key] = merged


def _after_flush(session: Session, _context: object) -> None:
    groups = ((AuditAction.INSERT, session.new), (AuditAction.UPDATE, session.dirty))
    found = (entry_for(obj, action) for action, objs in groups for obj in objs if isinstance(obj, Audited))
    collect(session, (entry for entry in found if entry is not None))


def _after_delete(_mapper: Mapper[Any], _connection: Connection, obj: Audited) -> None:
    """Each on its own: session.deleted does not name what a parent let go of (delete-orphan)."""
    session, entry = object_session(obj), entry_for(obj, AuditAction.DELETE)
    assert session is not None  # it is being flushed
    assert entry is not None  # a deletion is always one
    collect(session, [entry])


def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint is not the end: entries wait for the transaction
    session.flush()
    collected: _Collected = session.info.pop("audit", {})
    if not collected:
        return
    who = current.entry()
    # a customer's or a stranger's deed is over, and their page's own role may not write the trail
    with nullcontext() if who.role in _MAY_WRITE else acting_as(session, DatabaseRole.APP):
        session.execute(
            insert(AuditLog),
            [
                {
                    "created_at": clock.now(),
                    "table_name": entry.table_name,
                    "record_id": entry.record_id,
                    "ticket_id": entry.ticket_id,
                    "action": entry.action,
                    "user_id": who.user_id,
                    "impersonator_id": who.impersonator_id,
                    "via": who.via,
                    "ip": who.ip,
                    "request_id": who.request_id,
                    "changes": entry.changes,
                }
                for entry in collected.values()
            ],
        )


def _mark_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _marks[transaction] = dict(session.info.get("audit", {}))


def _after_rollback(session: Session, previous: SessionTransaction) -> None:
    """What was undone left no trace: back to the entries before the savepoint, or to none."""
    undone: SessionTransaction | None = previous
    while undone is not None and not undone.nested:  # a refused flush takes the savepoint around it along
        undone = undone.parent
    session.info["audit"] = dict(_marks.get(undone, {})) if undone else {}


def _refuse_unaudited_writes(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    table = getattr(state.statement, "table", None)
    if table in _audited_tables and not state.execution_options.get(AUDITED_ALREADY):
        assert isinstance(table, Table)  # one of ours
        raise UnauditedWrite(f"a statement on {table.name}")


def _refuse_loose_parts(session: Session, _context: object, _instances: object) -> None:
    """Parts of an audited object that have no row of their own (a role's permissions) change through it."""
    parts = {obj for obj in (*session.new, *session.dirty, *session.deleted) if type(obj) in _parts}
    for obj in (*session.new, *session.dirty, *session.deleted) if parts else ():
        if isinstance(obj, Audited):
            parts -= members_told(obj, is_gone=obj in session.deleted)
    if parts:
        raise UnauditedWrite(f"{type(parts.pop()).__name__} by itself: change the relationship it belongs to")


def _watch(mapper: Mapper[Any], _class: type[Any]) -> None:
    """Old values must be known when an attribute is set, also on expired or partly loaded objects."""
    if isinstance(mapper.local_table, Table):
        _audited_tables.add(mapper.local_table)
        for relation in mapper.relationships:
            if relation.key in mapper.class_.audit_relations:
                _watch_relation(relation)
    for attribute in mapper.column_attrs:
        watched: InstrumentedAttribute[Any] = getattr(mapper.class_, attribute.key)
        event.listen(watched, "set", lambda *_: None, active_history=True)


def _watch_relation(relation: RelationshipProperty[Any]) -> None:
    target = relation.mapper
    table = target.local_table if relation.secondary is None else relation.secondary
    assert isinstance(table, Table)
    _audited_tables.add(table)
    if relation.secondary is None and not issubclass(target.class_, Audited):
        _parts.add(target.class_)


def install(session_class: type[Session]) -> None:
    """Watch every Audited model in this kind of session."""
    event.listen(Audited, "mapper_configured", _watch, propagate=True)
    event.listen(Audited, "after_delete", _after_delete, propagate=True)
    event.listen(session_class, "before_flush", _refuse_loose_parts)
    event.listen(session_class, "after_flush", _after_flush)
    event.listen(session_class, "before_commit", _before_commit)
    event.listen(session_class, "after_transaction_create", _mark_savepoint)
    event.listen(session_class, "after_soft_rollback", _after_rollback)
    event.listen(session_class, "do_orm_execute", _refuse_unaudited_writes)
