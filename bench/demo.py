"""How fast a demo desk is made: python -m bench.demo 20000 100000. Numbers to read, no test."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, text

from helpdesk.app import import_models
from helpdesk.config import Config
from helpdesk.database import migrations
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.roles import owner_engine
from helpdesk.demo import generate, prepare
from helpdesk.demo.rows import COLUMNS

INDEX_SIZE = (
    "select pg_size_pretty(sum(pg_indexes_size(oid))) from pg_class where relkind = 'r' and relname !~ '^pg_'"
)
SIZE = "select pg_size_pretty(pg_database_size(current_database()))"


def main(sizes: list[int]) -> None:
    import_models()
    folder = Path(tempfile.mkdtemp(prefix="hd-bench-", dir="/tmp"))  # short: sockets live in it
    folder.chmod(0o711)
    server = EmbeddedServer(folder)
    try:
        server.start()
        for size in sizes:
            server.create_database(f"demo_{size}")
            measure(server.url(f"demo_{size}"), folder, size)
            server.drop_database(f"demo_{size}")
    finally:
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)


def measure(url: str, folder: Path, tickets: int) -> None:
    """One desk of that size, with the settings a real one has."""
    config = Config.from_environ({"DATABASE_URL": url, "HELPDESK_DATA": str(folder)})
    migrations.upgrade(config)
    engine = owner_engine(config)
    prepare(engine)
    own = time.process_time()

    def make() -> tuple[int, float]:
        with engine.begin() as connection:
            made = generate(connection, tickets=tickets, seed=1, password="bench")
            return made.comments, seconds_of(connection)

    seconds, (comments, theirs) = timed(make)
    own = time.process_time() - own
    print(f"{tickets:>9,} tickets, {comments / tickets:.2f} comments each: {seconds:.1f} s,", end=" ")
    print(
        f"{tickets / seconds * 60:,.0f} a minute ({own:.1f} s on our own core, {theirs:.1f} s on PostgreSQL's:",
        end=" ",
    )
    print(f"{tickets / max(own, theirs) * 60:,.0f} a minute where nothing else runs)")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        analyzed, _ = timed(lambda: run(connection, f"analyze {', '.join(COLUMNS)}"))
        indexed, _ = timed(lambda: run(connection, *(f"reindex table {table}" for table in COLUMNS)))
        sizes = [connection.scalar(text(question)) for question in (SIZE, INDEX_SIZE)]
    print(
        f"{'':>9} analyze {analyzed:.1f} s, all indexes anew {indexed:.1f} s, {sizes[0]}, of it indexes {sizes[1]}"
    )


def run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))


def seconds_of(connection: Connection) -> float:
    """The processor time PostgreSQL has spent for this connection (Linux)."""
    pid = connection.scalar(text("select pg_backend_pid()"))
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds it took, and what it returned."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [20_000])
