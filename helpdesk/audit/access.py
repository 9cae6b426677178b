"""Who read what, and who came in: one record for each, where the desk keeps records of that kind."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Insert,
    String,
    cast,
    column,
    event,
    func,
    insert,
    literal,
    null,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, SessionTransaction

from helpdesk.audit.models import AccessKind, AccessLog
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
    db.session().info.setdefault("access", []).append(_row(kind, person_id, record_id, ticket_id, detail))


def note_refusal(
    kind: AccessKind,
    *,
    person_id: int | None,
    record_id: int | None = None,
    ticket_id: int | None = None,
    detail: str = "",
) -> None:
    """Record it in a transaction of its own, which stays whatever becomes of the request: a sign-in that failed."""
    row = _row(kind, person_id, record_id, ticket_id, detail)
    with db.session.session_factory() as session, session.begin():
        _write(session, row)


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


def _write(session: Session, row: Mapping[str, Any]) -> None:
    if current.entry().role in _MAY_WRITE:
        session.execute(_statement(row))
        return
    with acting_as(
        session, DatabaseRole.APP
    ):  # a customer's page has ended; its role reads and writes none of it
        session.execute(_statement(row))


def _statement(row: Mapping[str, Any]) -> Insert:
    """One statement, in which the desk's own switch decides: nobody has to load settings first."""
    typed = [cast(null() if value is None else value, _TABLE.c[name].type) for name, value in row.items()]
    wanted = select(*typed)
    for name, (is_on, kinds) in SWITCHES.items():
        if row["kind"] in kinds:
            chosen = select(_settings.c.value).where(_settings.c.name == name).scalar_subquery()
            wanted = wanted.where(func.coalesce(chosen, literal(is_on, JSONB)) == literal(True, JSONB))
    return insert(AccessLog).from_select(list(row), wanted, include_defaults=False)


def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        for row in session.info.pop("access", ()):
            _write(session, row)


def _after_rollback(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop("access", None)


def install(session_class: type[Session]) -> None:
    """Write what was noted in this kind of session."""
    event.listen(session_class, "before_commit", _before_commit)
    event.listen(session_class, "after_soft_rollback", _after_rollback)
