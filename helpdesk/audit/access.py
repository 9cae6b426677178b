"""Who read what, and who came in: one record for each, where the desk keeps records of that kind."""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Insert,
    String,
    bindparam,
    cast,
    column,
    event,
    func,
    insert,
    literal,
    select,
    table,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, SessionTransaction

from helpdesk.audit.models import AccessKind, AccessLog, RecentRead
from helpdesk.core import clock, current
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as

SWITCHES: Mapping[str, tuple[bool, frozenset[AccessKind]]] = {
    "records_tickets": (False, frozenset({AccessKind.TICKET})),
    "records_attachments": (True, frozenset({AccessKind.ATTACHMENT})),
    "records_exports": (True, frozenset({AccessKind.EXPORT})),
    "records_sign_ins": (
        True,
        frozenset(
            {
                AccessKind.SIGNED_IN,
                AccessKind.SIGN_IN_FAILED,
                AccessKind.SECOND_FACTOR_FAILED,
                AccessKind.PROVEN,
                AccessKind.PROOF_FAILED,
                AccessKind.SIGNED_OUT,
                AccessKind.LINK_OPENED,
            }
        ),
    ),
}
"""The setting of the desk that keeps records of these kinds, and whether it is on by itself. Others are always kept."""

COUNTED = frozenset({AccessKind.TICKET, AccessKind.ATTACHMENT, AccessKind.EXPORT})
"""What is counted against reading in bulk: see helpdesk.audit.reading."""

LONGEST_DETAIL = 300
_MAY_WRITE = {DatabaseRole.APP, DatabaseRole.AUTH, DatabaseRole.OWNER}
_settings = table("settings", column("name", String), column("value", JSONB))
# by its columns: of a parameter for each value PostgreSQL would have to be told the type
_TABLE = AccessLog.__table__


def note_access(
    kind: AccessKind,
    *,
    person_id: int | None,
    record_id: int | None = None,
    ticket_id: int | None = None,
    detail: str = "",
) -> None:
    """Record it in this transaction: a request that is refused or fails has read nothing. Costs one statement, at the
    commit.

    `record_id` is what was read, or whom it was about; `detail` is told to administrators as it is, as text.
    """
    _noted(db.session(), "access").append(_row(kind, person_id, record_id, ticket_id, detail))


def note_for_good(
    kind: AccessKind,
    *,
    person_id: int | None,
    record_id: int | None = None,
    ticket_id: int | None = None,
    detail: str = "",
    is_recorded: bool = True,
) -> None:
    """Record it whatever becomes of this transaction: a sign-in that failed, a page that says no and shows the rest.

    Where it is rolled back, in one of its own; what counts as read counts then, too. Who knows the desk's switches
    spares the statement by `is_recorded`.
    """
    row = _row(kind, person_id, record_id, ticket_id, detail)
    _noted(db.session(), "for_good").append({**row, "is_recorded": is_recorded})


def _noted(session: Session, name: str) -> list[dict[str, Any]]:
    noted: list[dict[str, Any]] = session.info.setdefault(name, [])
    return noted


def _row(
    kind: AccessKind, person_id: int | None, record_id: int | None, ticket_id: int | None, detail: str
) -> dict[str, Any]:
    who = current.entry()
    return {
        "created_at": clock.now(),
        "kind": kind,
        "user_id": person_id,
        "impersonator_id": who.impersonator_id,
        "record_id": record_id,
        "ticket_id": ticket_id,
        "detail": detail[:LONGEST_DETAIL].replace("\0", ""),
        "via": who.via,
        "ip": who.ip,
        "request_id": who.request_id,
    }


def mark_seen(
    kind: AccessKind,
    *,
    person_id: int | BindParameter[int],
    record_id: int | BindParameter[int],
    moment: datetime | BindParameter[datetime],
) -> postgresql.Insert:
    """The statement that counts a thing as read; the same thing again counts once."""
    seen = postgresql.insert(RecentRead).values(
        user_id=person_id, kind=kind, record_id=record_id, read_at=moment
    )
    key = ["user_id", "kind", "record_id"]
    return seen.on_conflict_do_update(index_elements=key, set_={"read_at": seen.excluded.read_at})


def _write(session: Session, row: Mapping[str, Any]) -> None:
    # a customer's or a stranger's page has ended: its own role neither reads nor writes any of it
    may = current.entry().role in _MAY_WRITE
    with nullcontext() if may else acting_as(session, DatabaseRole.APP):
        session.execute(_statement(row))


def _write_again(session: Session, row: dict[str, Any]) -> None:
    """What a transaction that was rolled back had noted for good, and counted."""
    with acting_as(session, DatabaseRole.APP):
        if row.pop("is_recorded"):
            session.execute(_statement(row))
        who, what = row["user_id"], row["record_id"]
        if row["kind"] in COUNTED and who is not None and what is not None:
            session.execute(mark_seen(row["kind"], person_id=who, record_id=what, moment=row["created_at"]))


def _statement(row: Mapping[str, Any]) -> Insert:
    """One statement, in which the desk's own switch decides: nobody has to load settings first."""
    # bound also where it is None: known and unknown people cost the same statement
    typed = [
        cast(bindparam(None, value, _TABLE.c[name].type), _TABLE.c[name].type) for name, value in row.items()
    ]
    wanted = select(*typed)
    for name, (is_on, kinds) in SWITCHES.items():
        if row["kind"] in kinds:
            chosen = select(_settings.c.value).where(_settings.c.name == name).scalar_subquery()
            wanted = wanted.where(func.coalesce(chosen, literal(is_on, JSONB)) == literal(True, JSONB))
    return insert(AccessLog).from_select(list(row), wanted, include_defaults=False)


def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        noted = (*session.info.pop("access", ()), *session.info.pop("for_good", ()))
        for row in noted:
            if row.pop("is_recorded", True):
                _write(session, row)


def _after_rollback(session: Session, previous: SessionTransaction) -> None:
    """The transaction is over, and its connection given back: what has to stay is written in one of its own."""
    if previous.nested:
        return
    session.info.pop("access", None)
    if rows := session.info.pop("for_good", ()):
        with db.session.session_factory() as another, another.begin():
            for row in rows:
                _write_again(another, row)


def install(session_class: type[Session]) -> None:
    """Write what was noted in this kind of session."""
    event.listen(session_class, "before_commit", _before_commit)
    event.listen(session_class, "after_soft_rollback", _after_rollback)
