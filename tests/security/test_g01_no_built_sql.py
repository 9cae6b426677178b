"""G01: no statement of ours is put together from words. Read in the source: what is no plain text needs a reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "helpdesk").rglob("*.py"))
TAKE_SQL = {"text", "literal_column", "exec_driver_sql", "DDL", "TextClause", "quoted_name"}
"""Calls whose first argument is SQL."""
RUN_SQL = {"execute", "scalar", "scalars"}
"""Methods that psycopg's cursors share with SQLAlchemy's sessions: there a built string would be SQL as well."""
REASONS = {
    "helpdesk/database/": "statements of owners and upkeep, from names in our own tables and from the catalogue",
    "helpdesk/audit/partitions.py": "names of partitions, from a month",
    "helpdesk/reports/": "parts that several statements share, constants of ours; what is asked is bound",
    "helpdesk/tickets/": "the name of the text search configuration, a constant of ours",
    "helpdesk/cli/": "commands of who owns the machine",
    "helpdesk/core/json_columns.py": "names of columns that the code writes out",
    "helpdesk/core/row_security.py": "a constant text, what changes is bound",
}
SPOKEN = ("helpdesk/web/", "helpdesk/mail/", "helpdesk/identity/", "helpdesk/accounts/", "helpdesk/queues/")
"""Where what strangers say arrives: no reason is accepted here."""


def built(source: Path) -> Iterator[int]:
    """The lines on which SQL is not written out."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    theirs = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for name in node.names
    } | {"exec_driver_sql"}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in TAKE_SQL and called not in theirs:
            continue  # something of ours that has the same name
        first = node.args[0]
        is_written_out = isinstance(first, ast.Constant)
        if (called in TAKE_SQL and not is_written_out) or (called in RUN_SQL and is_put_together(first)):
            yield node.lineno


def is_put_together(argument: ast.expr) -> bool:
    """An f-string with something in it, `"…" + x`, `"…" % x`, `"…".format(x)`."""
    if isinstance(argument, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in argument.values)
    if isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Add | ast.Mod):
        return any(
            isinstance(each, ast.JoinedStr) or _is_text(each) for each in (argument.left, argument.right)
        )
    is_call = isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute)
    return is_call and argument.func.attr in {"format", "join"} and _is_text(argument.func.value)  # type: ignore[attr-defined]  # checked in the line before


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_no_statement_is_put_together_where_strangers_speak() -> None:
    found = {
        f"{source.relative_to(ROOT)}:{line}"
        for source in SOURCES
        if source.relative_to(ROOT).as_posix().startswith(SPOKEN)
        for line in built(source)
    }

    assert found == set()


def test_elsewhere_each_has_a_reason() -> None:
    unexplained = {
        f"{source.relative_to(ROOT)}:{line}"
        for source in SOURCES
        if not source.relative_to(ROOT).as_posix().startswith((*SPOKEN, *REASONS))
        for line in built(source)
    }

    assert unexplained == set()


@pytest.mark.parametrize(
    "code, count",
    [
        ("text('select 1')", 0),
        ("text(f'select {x}')", 1),
        ("text('select ' + x)", 1),
        ("text(x)", 1),
        ("literal_column('a ' + x)", 1),
        ("session.execute('select ' + x)", 1),
        ("session.execute('select %s' % x)", 1),
        ("session.execute('select {}'.format(x))", 1),
        ("session.execute(f'select 1')", 0),
        ("session.execute(select(User))", 0),
    ],
)
def test_the_look_itself_finds_them(tmp_path: Path, code: str, count: int) -> None:
    source = tmp_path / "code.py"
    source.write_text(f"from sqlalchemy import literal_column, text\n{code}\n")

    assert len(list(built(source))) == count
