"""What a page can cost at the least, served by the same gunicorn: `gunicorn 'bench.floors:create()'`.

*Bare* is Flask with psycopg: 50 rows, one statement, a table. *Dressed* sends the bytes of our page after the
statements of our page, sent bare: the session is looked up, role and actor are told, and nothing is computed.
"""

import os
import pickle
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template
from jinja2 import DictLoader
from psycopg_pool import ConnectionPool

from bench.recording import Recording

RECORDINGS = "BENCH_RECORDINGS"
ROWS = """
select t.ticket_number, t.title, t.status, t.priority, t.last_activity_at, u.full_name
from tickets t join users u on u.id = t.requester_id where t.deleted_at is null order by t.id desc limit 50
"""
PAGE = """<!doctype html><title>Bare</title><table>{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""


def create() -> Flask:
    """An application with both floors. It needs DATABASE_URL, and a file of recordings by their names."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"bare.html": PAGE})  # compiled once, as a file would be
    # written by bench.__main__ of the same run
    recordings: dict[str, Recording] = pickle.loads(Path(os.environ[RECORDINGS]).read_bytes())

    @app.get("/bare")
    def bare() -> str:
        with _pool().connection() as connection:
            rows = connection.execute(ROWS).fetchall()
        return render_template("bare.html", rows=rows)

    @app.get("/dressed/<name>")
    def dressed(name: str) -> Response:
        found = recordings[name]
        with _pool("none").connection() as connection:
            for statement, parameters in found.statements:
                cursor = connection.execute(statement, parameters)
                if cursor.description:
                    cursor.fetchall()
        return Response(found.body, mimetype="text/html")

    return app


@cache
def _pool(role: str = "helpdesk_app") -> "ConnectionPool[Any]":
    """Opened by the process that serves, after gunicorn's processes have parted."""
    told = {"options": f"-c role={role} -c TimeZone=UTC -c jit=off"}
    return ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=10, kwargs=told, open=True)
