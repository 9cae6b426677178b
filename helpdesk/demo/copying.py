"""Into the tables: ids from their own sequences, rows by COPY, on a connection of the owner role."""

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from psycopg import Cursor, sql
from sqlalchemy import Connection

from helpdesk.demo.rows import COLUMNS, Row, Rows

WIDE = {"content", "content_html", "changes"}
SWITCH_SECONDS = 0.0001  # instead of 0.005: a third more tickets a minute


class Tables:
    """Writes on one connection, inside its transaction. Nothing is asked of it while it writes in the background."""

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None  # only a closed connection has none
        self._cursor: Cursor[Any] = driver.cursor()

    def take(self, sequence: str, count: int) -> list[int]:
        """The next numbers of a sequence: others may take some at the same time, nobody gets the same."""
        self._cursor.execute("select nextval(%s::regclass) from generate_series(1, %s)", [sequence, count])
        return [row[0] for row in self._cursor]

    def take_ids(self, table: str, count: int) -> list[int]:
        """Ids for new rows of a table."""
        return self.take(f"{table}_id_seq", count)

    def write(self, rows: Rows) -> None:
        """All rows, those first that others refer to."""
        for table in COLUMNS:
            if rows.of(table):
                self._copy(table, rows.of(table))

    def analyze(self) -> None:
        """Tell the planner what came: of tables with long columns, which no statement filters by, only the others."""
        tables = (
            f"{table} ({', '.join(column for column in columns if column not in WIDE)})"
            if WIDE.intersection(columns)
            else table
            for table, columns in COLUMNS.items()
        )
        self._cursor.execute(sql.SQL("analyze " + ", ".join(tables)))

    def _copy(self, table: str, rows: Sequence[Row]) -> None:
        columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table]))
        statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)
        with self._cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


class Stock:
    """Ids taken ahead, so that they are at hand while the connection is busy."""

    def __init__(self, tables: Tables, table: str) -> None:
        self._tables, self._table = tables, table
        self._free: deque[int] = deque()

    def fill(self, count: int) -> None:
        """Have at least so many."""
        if len(self._free) < count:
            self._free.extend(self._tables.take_ids(self._table, count - len(self._free)))

    def take(self) -> int:
        return self._free.popleft()

    def give_back(self, ids: Sequence[int]) -> None:
        """Ids that were taken and not used, in order."""
        self._free.extendleft(reversed(ids))


class Background:
    """One write at a time beside the next batch's making: PostgreSQL works on one core, we on another."""

    def __init__(self, pool: ThreadPoolExecutor, tables: Tables) -> None:
        self._pool, self._tables = pool, tables
        self._running: Future[None] | None = None

    def write(self, rows: Rows) -> None:
        """Start to write, once the write before has ended."""
        self.wait()
        self._running = self._pool.submit(self._tables.write, rows)

    def wait(self) -> None:
        """Until nothing is being written. Raises what the write raised."""
        if self._running is not None:
            running, self._running = self._running, None
            running.result()


@contextmanager
def background(tables: Tables) -> Iterator[Background]:
    """Writes in the background, all done at the end of the block."""
    before = sys.getswitchinterval()
    # the writer asks for the interpreter after each piece it has sent; PostgreSQL has nothing to do until it gets it
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="demo-copy") as pool:
            writes = Background(pool, tables)
            yield writes
            writes.wait()
    finally:
        sys.setswitchinterval(before)
