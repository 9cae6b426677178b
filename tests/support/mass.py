"""Every column's name with something to write there, and what of all rows a request changed."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Connection, DateTime, Integer, Table, text

from helpdesk.core.db import Base

SENTINEL = "assigned by mass"
NOBODYS_NUMBER = "7654321"
BESIDE_COLUMNS = {
    **dict.fromkeys(("is_admin", "admin", "superuser", "email_verified", "confirmed"), "true"),
    **dict.fromkeys(("team_ids", "org_id", "author", "assignee", "by", "role"), "1"),
    "visibility": "public",
}
"""What forms of others could be told."""
OF_THE_MOMENT = frozenset({"recent_reads", "access_logs", "request_rates"})
"""Tables that tell of the asking itself and not of what was asked for."""
BY_CHANCE = frozenset({"request_id"})
Rows = dict[tuple[str, str], str]
Change = tuple[str, str, str]
"""Table, what was done, and the column."""


def every_column(transaction: Connection) -> dict[str, str]:
    """Every column of every table, and what should not be there. What is a row's number is that of the newest."""
    columns = {each.name: each for table in Base.metadata.tables.values() for each in table.columns}
    values = {name: _value(column.type) for name, column in columns.items()}
    targets = {
        name: key.column
        for name, column in columns.items()
        for key in column.foreign_keys
        if isinstance(key.column.type, Integer)
    }
    asked = ", ".join(
        f'(select max({target.name}) from {target.table.name}) as "{name}"'
        for name, target in targets.items()
    )
    newest = _as_owner(transaction, f"select {asked}")[0]._mapping
    values |= {name: str(number) for name, number in newest.items() if number is not None}
    return {**values, **BESIDE_COLUMNS}


def _value(kind: Any) -> str:
    if isinstance(kind, Boolean):
        return "true"
    if isinstance(kind, Integer):
        return NOBODYS_NUMBER
    return "1999-01-02T03:04:05+00:00" if isinstance(kind, DateTime) else SENTINEL


def is_assigned(value: Any) -> bool:
    """Whether what stands in these rows came from a field nobody asks for."""
    return SENTINEL in repr(value) or NOBODYS_NUMBER in repr(value)


def rows(transaction: Connection) -> Rows:
    """Every row of every table as JSON, by its table and key."""
    tables = [table for name, table in Base.metadata.tables.items() if name not in OF_THE_MOMENT]
    parts = [
        f"select '{table.name}', {_key(table)}, to_jsonb(r)::text from {table.name} r" for table in tables
    ]
    parts.append("select 'procrastinate_jobs', r.id::text, to_jsonb(r)::text from procrastinate_jobs r")
    return {(table, key): row for table, key, row in _as_owner(transaction, " union all ".join(parts))}


def _key(table: Table) -> str:
    return " || '-' || ".join(f"r.{column.name}::text" for column in table.primary_key)


def rewound(transaction: Connection) -> None:
    """The next row of each table gets the number it would have got the first time."""
    if "sequences" not in transaction.info:
        found = _as_owner(
            transaction,
            "select format('%I.%I', schemaname, sequencename), last_value from pg_sequences"
            " where schemaname = 'public' and last_value is not null",
        )
        transaction.info["sequences"] = ", ".join(f"setval('{name}', {last})" for name, last in found)
    _as_owner(transaction, f"select {transaction.info['sequences']}")


def _as_owner(transaction: Connection, statement: str) -> Any:
    savepoint = transaction.begin_nested()
    try:
        transaction.execute(text("set local role helpdesk_owner"))
        return transaction.execute(text(statement)).all()
    finally:
        savepoint.rollback()


def changes(before: Rows, after: Rows) -> dict[Change, Any]:
    """What was done to which column of which table, with the values it has now, in the order of keys."""
    told: dict[Change, Any] = {}
    touched = (key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    for key in sorted(touched, key=lambda each: (each[0], len(each[1]), each[1])):
        old, new = _columns(before.get(key)), _columns(after.get(key))
        deed = "changed" if old and new else "added" if new else "deleted"
        for column in (old.keys() | new.keys()) - BY_CHANCE:
            if old.get(column) != new.get(column):
                told.setdefault((key[0], deed, column), []).append(new.get(column))
    return told


def _columns(row: str | None) -> Mapping[str, Any]:
    return json.loads(row) if row else {}


def differing(one: Mapping[Change, Any], other: Mapping[Change, Any]) -> set[Change]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
