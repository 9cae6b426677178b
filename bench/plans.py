"""What PostgreSQL does for a page: how much of tables and indexes it touches, and whether it reads a table whole."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.recording import Recording

LARGE = 20_000
"""Rows from which on a table may not be read whole for one page."""
_SETTING = re.compile(r"\s*(select set_config\(|(set|show|notify|listen)\b)", re.IGNORECASE)
"""Statements that only set something: they are sent as they are."""
_LARGE_TABLES = "select relname, reltuples from pg_class where relkind in ('r', 'p') and reltuples >= %s"


@dataclass(frozen=True, slots=True)
class Plan:
    """Of all statements of a page together. `buffers` are pages of 8 kB, from memory or not."""

    statements: int
    buffers: int
    milliseconds: float
    scans: tuple[str, ...]
    """Large tables that were read whole."""


def large_tables(connection: "psycopg.Connection[Any]") -> Mapping[str, float]:
    """Those that count as large, by PostgreSQL's estimate."""
    return dict(connection.execute(_LARGE_TABLES, [LARGE]).fetchall())


def explained(
    recording: Recording, connection: "psycopg.Connection[Any]", large: Mapping[str, float]
) -> Plan:
    """The statements once more, in their order and role; what they change is taken back."""
    buffers, milliseconds, scans = 0, 0.0, []
    connection.rollback()
    for statement, parameters in recording.statements:
        if _SETTING.match(statement):
            connection.execute(statement, parameters)
            continue
        told = connection.execute(
            f"explain (analyze, buffers, format json) {statement}", parameters
        ).fetchone()
        assert told is not None  # explain always tells
        top = told[0][0]
        root = top["Plan"]
        buffers += root["Shared Hit Blocks"] + root["Shared Read Blocks"]
        milliseconds += top["Execution Time"] + top["Planning Time"]
        scans += [table for table in _read_whole(root) if table in large]
    connection.rollback()
    return Plan(len(recording.statements), buffers, milliseconds, tuple(sorted(set(scans))))


def _read_whole(node: Mapping[str, Any]) -> Iterator[str]:
    """The tables of sequential scans that came to LARGE rows, below a node as well: some stop after a few."""
    if node["Node Type"] == "Seq Scan":
        rows = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
        if rows * node.get("Actual Loops", 0) >= LARGE:
            yield node["Relation Name"]
    for each in node.get("Plans", ()):
        yield from _read_whole(each)
