"""Writes that would leave no trace are refused: by the session, by PostgreSQL, and by a look at our own code."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

import helpdesk
from helpdesk.accounts.models import Role, RolePermission, User, team_members
from helpdesk.accounts.permissions import AGENT
from helpdesk.audit.listener import UnauditedWrite
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import Base
from helpdesk.tickets.models import Comment, Tag, Ticket, ticket_participants, ticket_tags, ticket_watchers

TICKETS: Any = Base.metadata.tables["tickets"]


@pytest.mark.parametrize(
    "statement",
    [
        update(Ticket).values(title="x"),
        delete(Comment),
        insert(Tag).values(name="x"),
        upsert(Tag).values(name="x").on_conflict_do_nothing(),
        update(User).where(User.id == 1).values(full_name="x"),
        update(TICKETS).values(title="x"),
        delete(TICKETS),
        insert(ticket_tags).values(ticket_id=1, tag_id=1),
        delete(ticket_watchers),
        delete(ticket_participants),
        delete(team_members),
        delete(RolePermission),
        insert(RolePermission).values(role_id=1, permission="read_audit"),
    ],
    ids=str,
)
def test_a_statement_on_watched_rows_is_refused(work: Session, ticket: Ticket, statement: Any) -> None:
    with pytest.raises(UnauditedWrite):
        work.execute(statement)


def test_many_rows_at_once_are_refused_too(work: Session, ticket: Ticket) -> None:
    with pytest.raises(UnauditedWrite):
        work.execute(insert(Tag), [{"name": "x"}, {"name": "y"}])


def test_a_permission_goes_through_its_role(work: Session) -> None:
    """By itself it would leave no trace: the role's audit row tells its permissions."""
    role = work.scalars(select(Role).where(Role.name == AGENT)).one()
    work.add(RolePermission(role_id=role.id, permission="read_audit"))

    with pytest.raises(UnauditedWrite):
        work.flush()


@pytest.mark.parametrize("statement", ["update audit_logs set user_id = 1", "delete from audit_logs"])
def test_the_app_role_cannot_change_the_trail(work: Session, ticket: Ticket, statement: str) -> None:
    work.commit()

    with pytest.raises(ProgrammingError, match="permission denied for table audit_logs"):
        work.execute(text(statement))


@pytest.mark.parametrize(
    "statement", ["update {} set user_id = 1", "delete from {}", "insert into {} default values"]
)
def test_nor_by_the_name_of_a_month(work: Session, ticket: Ticket, statement: str) -> None:
    months = "select max(inhrelid::regclass::text) from pg_inherits where inhparent = 'audit_logs'::regclass"
    month = work.scalar(text(months))

    with pytest.raises(ProgrammingError, match=f"permission denied for table {month}"):
        work.execute(text(statement.format(month)))


def test_the_trail_cannot_be_changed_through_objects(work: Session, ticket: Ticket) -> None:
    work.commit()
    row = work.scalars(select(AuditLog)).first()
    assert row
    row.changes = {}

    with pytest.raises(ProgrammingError, match="permission denied"):
        work.flush()


BULK_METHODS = {"bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"}


def calls(of: Callable[[ast.Attribute], bool]) -> Iterator[str]:
    root = Path(helpdesk.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and of(node.func):
                yield path.relative_to(root).as_posix()


def test_no_code_of_ours_saves_in_bulk_past_the_flush() -> None:
    assert list(calls(lambda function: function.attr in BULK_METHODS)) == []


def test_no_code_of_ours_executes_on_the_sessions_connection() -> None:
    """Such statements pass the session's guard; `session.connection().execute(…)` in particular."""

    def is_on_a_connection(function: ast.Attribute) -> bool:
        made = function.value
        return (
            function.attr in ("execute", "exec_driver_sql", "scalar", "scalars")
            and isinstance(made, ast.Call)
            and isinstance(made.func, ast.Attribute)
            and made.func.attr == "connection"
        )

    assert list(calls(is_on_a_connection)) == []
