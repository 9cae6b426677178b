"""What one request of a page sends to PostgreSQL and back to the browser, kept to be sent again without the page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Recording:
    """The statements with what was bound to them, in order, and the answer."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    body: bytes = b""


def record(client: FlaskClient, address: str, headers: Mapping[str, str] | None = None) -> Recording:
    """Ask often enough for everything to be warm, and keep the last time."""
    for _ in range(WARM_UP):
        client.get(address, headers=dict(headers or {}))
    with _noted() as statements:
        answer = client.get(address, headers=dict(headers or {}))
    if answer.status_code >= 400:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return Recording(statements, answer.data)


@contextmanager
def _noted() -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
