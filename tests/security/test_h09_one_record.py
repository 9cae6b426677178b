"""H09: each privileged action, found from the routes, leaves exactly one record of each object it changed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import Connection, text

from helpdesk.audit.models import Audited
from helpdesk.core.db import Base
from tests.security.matrix import Asking, Case, cases, undone
from tests.security.routes import ROUTES, Door
from tests.support.cast import PASSWORD
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

SKIPPED = {
    mapper.class_.__tablename__: mapper.class_.audit_skip
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, Audited)
}
"""The watched tables, and what of their rows follows from other columns."""
Rows = dict[tuple[str, str], dict[str, Any]]
GUESSES = {
    **dict.fromkeys(("name", "title", "subject", "content", "note", "reason", "description"), "Zebra"),
    "email": "zebra@zebra.example",
    "value": "zebra.example",
    "password": PASSWORD,
    "color": "#2255aa",
}
"""What most forms take."""
LOGS = {"audit_logs", "access_logs"}
FOR_ITSELF = LOGS | {
    *("sessions", "sign_in_attempts", "submissions", "recent_reads", "request_rates"),
    *("ticket_reads", "outbox_messages", "procrastinate_jobs"),
    "mailbox_states",  # what a trial of the server said
}
"""Tables that no action is about: how the desk counts, remembers and goes on."""


def test_every_privileged_action_leaves_one_record_of_each_object_it_changed(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection
) -> None:
    ask = Asking(desk, places, "admin")
    wrong, acts, written = [], 0, 0
    for case in cases(app, ROUTES, places):
        if case.method == "GET" or case.route.door is not Door.ADMINISTRATION or case.thing == "missing":
            continue
        wants = ({**GUESSES, **case.fields}, case.fields)
        for fields in wants:
            before, after = sent_by(ask, transaction, case, fields)
            records = [row for key, row in after.items() if key[0] == "audit_logs" and key not in before]
            changed = {
                key
                for key in before.keys() | after.keys()
                if differs(key[0], before.get(key), after.get(key))
            }
            if not changed:
                continue
            acts, written = acts + 1, written + len(records)
            wrong += faults(case, changed, records)
            break
    tally("privileged actions that changed something", acts)
    tally("records they left", written)

    assert wrong == [], "\n" + "\n".join(wrong)
    assert acts >= 15


def sent_by(ask: Asking, transaction: Connection, case: Case, fields: Mapping[str, Any]) -> tuple[Rows, Rows]:
    with undone(transaction):
        before = rows(transaction)
        answer = ask.send(case.path, case.method, fields)
        assert answer.status < 500, f"{case}: {answer.status}"
        return before, rows(transaction)


def rows(transaction: Connection) -> Rows:
    """Every row of every table, by its table and key."""
    parts = []
    for name, table in Base.metadata.tables.items():
        key = " || '-' || ".join(f"r.{column.name}::text" for column in table.primary_key)
        parts.append(f"select '{name}', {key}, to_jsonb(r) from {name} r")
    with undone(transaction):
        transaction.execute(text("set local role helpdesk_owner"))
        found = transaction.execute(text(" union all ".join(parts)))
        return {(table, key): row for table, key, row in found}


def differs(table: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> bool:
    if table in FOR_ITSELF:
        return False
    skipped = SKIPPED.get(table, frozenset())
    return any(
        (old or {}).get(name) != (new or {}).get(name)
        for name in (old or {}).keys() | (new or {}).keys()
        if name not in skipped
    )


def faults(case: Case, changed: set[tuple[str, str]], records: list[dict[str, Any]]) -> Iterator[str]:
    told = Counter((row["table_name"], str(row["record_id"])) for row in records)
    if not records:
        yield f"{case}: changed {sorted(changed)} and left no record"
    for row in records:
        missing = [name for name in ("user_id", "ip", "request_id", "action", "via") if not row[name]]
        if missing:
            yield f"{case}: the record of {row['table_name']} lacks {missing}"
    for key, count in told.items():
        if count > 1:
            yield f"{case}: {count} records of one object, {key}"
    for key in changed:
        if key[0] in SKIPPED and told[key] != 1:
            yield f"{case}: {told[key]} records of {key}"
