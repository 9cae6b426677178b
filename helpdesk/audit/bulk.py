"""Writes to many watched rows at once: rows locked, old values kept, all audit rows in one INSERT."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, insert, inspect, select, update
from sqlalchemy.orm import InstanceState, Mapper, RelationshipProperty

from helpdesk.audit.entries import AuditEntry, shown, snapshot
from helpdesk.audit.listener import AUDITED_ALREADY, collect
from helpdesk.audit.models import AuditAction, Audited
from helpdesk.core import clock
from helpdesk.core.db import among, db

_PASS = {AUDITED_ALREADY: True, "synchronize_session": False}

Values = Mapping[str, Any]


def bulk_insert(model: type[Audited], rows: Sequence[Values]) -> list[int]:
    """Insert rows of one model with RETURNING and audit each. Returns their ids in the order given."""
    if not rows:
        return []
    db.session.flush()
    identity = _columns(model)["id"]
    found = db.session.execute(
        insert(model).returning(identity, sort_by_parameter_order=True),
        [dict(row) for row in rows],
        execution_options=_PASS,
    )
    ids = [row[0] for row in found]
    collect(
        db.session(),
        (
            _entry(model, record_id, row, AuditAction.INSERT, snapshot(model, row, AuditAction.INSERT))
            for record_id, row in zip(ids, rows, strict=True)
        ),
    )
    return ids


def bulk_update(
    model: type[Audited], where: ColumnElement[bool], change: Callable[[Values], Values]
) -> list[int]:
    """Lock the rows that match, ask `change` for each row's new values ({} leaves it alone), write and audit them.

    `change` sees a row's columns by name. Rows with the same new values share one UPDATE. Returns the changed ids.
    """
    groups: dict[str, tuple[Values, list[int]]] = {}
    entries: list[AuditEntry] = []
    for row in _locked(model, where):
        new = {name: value for name, value in change(row).items() if row[name] != value}
        if new:
            groups.setdefault(repr(sorted(new.items())), (new, []))[1].append(row["id"])
            changes = {name: shown(model, name, row[name], value) for name, value in new.items()}
            watched = {name: pair for name, pair in changes.items() if name not in model.audit_skip}
            if watched:
                entries.append(_entry(model, row["id"], row, AuditAction.UPDATE, watched))
    columns = _columns(model)
    for values, ids in groups.values():
        db.session.execute(
            update(model).where(among(columns["id"], ids)).values(dict(values) | _mechanical(columns)),
            execution_options=_PASS,
        )
    collect(db.session(), entries)
    changed = [record_id for _, ids in groups.values() for record_id in ids]
    _expire(model, changed)
    return changed


def bulk_delete(model: type[Audited], where: ColumnElement[bool]) -> list[int]:
    """Delete the rows that match and what the model's delete cascades reach, and audit each. Returns the ids."""
    return _delete(model, where, tickets={})


def bulk_relate(
    relation: Any, where: ColumnElement[bool], *, add: Sequence[Any] = (), remove: Sequence[Any] = ()
) -> list[int]:
    """Add and remove members of a many-to-many relationship on all rows that match. Returns the changed ids.

    The changed rows count as updated now, and as a new version: pages show what they are related to.

    `relation` is one of the model's `audit_relations`; members have an `id` and an `audit_name`.
    """
    prop: RelationshipProperty[Any] = relation.property
    model, secondary = prop.parent.class_, prop.secondary
    assert isinstance(secondary, Table)
    assert prop.secondary_synchronize_pairs is not None
    near, far = prop.synchronize_pairs[0][1], prop.secondary_synchronize_pairs[0][1]
    locked = {row["id"]: row for row in _locked(model, where)}
    before = _members(prop, near, far, list(locked))
    names = {member.id: member.audit_name for member in add}
    after = {record_id: {**before[record_id], **names} for record_id in locked}
    for member in remove:
        for members in after.values():
            members.pop(member.id, None)
    changed = [record_id for record_id in locked if before[record_id].keys() != after[record_id].keys()]
    _write_members(secondary, near, far, changed, before, after)
    _touch(model, changed)
    collect(
        db.session(),
        (
            _entry(
                model,
                record_id,
                locked[record_id],
                AuditAction.UPDATE,
                {prop.key: [sorted(before[record_id].values()), sorted(after[record_id].values())]},
            )
            for record_id in changed
        ),
    )
    _expire(model, changed)
    return changed


_Members = dict[int, dict[int, Any]]


def _members(prop: RelationshipProperty[Any], near: Any, far: Any, ids: Sequence[int]) -> _Members:
    members: _Members = {record_id: {} for record_id in ids}
    target = prop.mapper.class_
    rows = db.session.execute(
        select(near, target).join_from(prop.secondary, target, far == target.id).where(among(near, ids))  # type: ignore[arg-type]  # always a Table here
    )
    for record_id, member in rows:
        members[record_id][member.id] = member.audit_name
    return members


def _write_members(
    secondary: Table, near: Any, far: Any, ids: Sequence[int], before: _Members, after: _Members
) -> None:
    gone: dict[int, list[int]] = {}
    for each in ids:
        for member in before[each].keys() - after[each].keys():
            gone.setdefault(member, []).append(each)
    for member, owners in gone.items():
        matching = delete(secondary).where(far == member, among(near, owners))
        db.session.execute(matching, execution_options=_PASS)
    come = [(each, member) for each in ids for member in after[each].keys() - before[each].keys()]
    if come:
        rows = [{near.key: each, far.key: member} for each, member in come]
        db.session.execute(insert(secondary), rows, execution_options=_PASS)


def _delete(
    model: type[Audited], where: ColumnElement[bool], *, tickets: Mapping[int, int | None], parent: str = ""
) -> list[int]:
    """`tickets` tells the ticket of each parent row, for models that know only their `parent` column."""
    rows = _locked(model, where)
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    entries = [
        _entry(model, row["id"], row, AuditAction.DELETE, snapshot(model, row, AuditAction.DELETE))
        for row in rows
    ]
    for entry, row in zip(entries, rows, strict=True):
        entry.ticket_id = entry.ticket_id or tickets.get(row.get(parent, 0))
    mapper: Mapper[Any] = inspect(model)
    for relation in mapper.relationships:
        _delete_dependents(relation, {entry.record_id: entry.ticket_id for entry in entries})
    identity = _columns(model)["id"]
    db.session.execute(delete(model).where(among(identity, ids)), execution_options=_PASS)
    collect(db.session(), entries)
    _expire(model, ids)
    return ids


def _delete_dependents(relation: RelationshipProperty[Any], tickets: Mapping[int, int | None]) -> None:
    if relation.viewonly:
        return
    if relation.secondary is not None:
        near = relation.synchronize_pairs[0][1]
        db.session.execute(
            delete(relation.secondary).where(among(near, tickets)),  # type: ignore[arg-type]  # always a Table here
            execution_options=_PASS,
        )
    elif relation.cascade.delete:
        (column, *_) = relation.remote_side
        _delete_children(relation.mapper.class_, column, tickets)


def _delete_children(model: type[Any], column: Any, tickets: Mapping[int, int | None]) -> None:
    if issubclass(model, Audited):
        _delete(model, among(column, tickets), tickets=tickets, parent=str(column.key))
    else:  # part of the object, told with it
        db.session.execute(delete(model).where(among(column, tickets)), execution_options=_PASS)


def _touch(model: type[Audited], ids: Sequence[int]) -> None:
    columns = _columns(model)
    if ids and (touched := _mechanical(columns)):
        db.session.execute(
            update(model).where(among(columns["id"], ids)).values(touched), execution_options=_PASS
        )


def _locked(model: type[Audited], where: ColumnElement[bool]) -> list[Values]:
    db.session.flush()
    columns = _columns(model)
    statement = select(*(column.label(name) for name, column in columns.items()))
    locked = statement.where(where).order_by(columns["id"]).with_for_update()
    return [dict(row._mapping) for row in db.session.execute(locked)]


def _columns(model: type[Audited]) -> dict[str, Any]:
    mapper: Mapper[Any] = inspect(model)
    table = mapper.local_table
    assert isinstance(table, Table)
    return {mapper.get_property_by_column(column).key: column for column in table.columns}


def _mechanical(columns: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "updated_at" in columns:
        values["updated_at"] = clock.now()
    if "version" in columns:  # whoever has the old version on screen is told
        values["version"] = columns["version"] + 1
    return values


def _entry(
    model: type[Audited], record_id: int, row: Values, action: AuditAction, changes: dict[str, list[Any]]
) -> AuditEntry:
    mapper: Mapper[Any] = inspect(model)
    name = mapper.local_table.name  # type: ignore[attr-defined]  # always a Table here
    ticket_id = record_id if name == "tickets" else row.get("ticket_id")
    return AuditEntry(name, record_id, ticket_id, action, changes)


def _expire(model: type[Audited], ids: Sequence[int]) -> None:
    changed = set(ids)
    for obj in db.session():
        state: InstanceState[Any] = inspect(obj)
        # by its key: to ask an expired object for its id would load it
        if isinstance(obj, model) and state.identity and state.identity[0] in changed:
            db.session.expire(obj)
