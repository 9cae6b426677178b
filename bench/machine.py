"""What a table of times was taken on: without it they mean nothing."""

import os
import platform
from collections.abc import Iterator
from pathlib import Path

import psutil
from sqlalchemy import text

from helpdesk.core.db import db

_SIZES = text(
    "select current_setting('server_version'), current_setting('shared_buffers'),"
    " pg_size_pretty(pg_database_size(current_database()))"
)
_ROWS = text("select relname, reltuples::bigint from pg_class where relname = any(:names) order by 2 desc")
TABLES = ["tickets", "comments", "users"]


def facts() -> Iterator[str]:
    """Lines of Markdown, among them how busy the machine is at this moment. Needs an application."""
    version, buffers, size = db.session.execute(_SIZES).one()
    rows: dict[str, int] = dict(db.session.execute(_ROWS, {"names": TABLES}).tuples().all())
    memory = psutil.virtual_memory()
    yield f"- {_processor()}, {os.cpu_count()} cores, {memory.total / 2**30:.0f} GB memory, {platform.platform()}"
    yield f"- Python {platform.python_version()}, PostgreSQL {version} with shared_buffers {buffers}"
    yield f"- {', '.join(f'{count:,} {name}' for name, count in rows.items())} (PostgreSQL's estimate), {size}"
    yield f"- load when it began: {' '.join(f'{each:.1f}' for each in os.getloadavg())} (1, 5, 15 minutes)"


def _processor() -> str:
    """Its name as Linux knows it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
