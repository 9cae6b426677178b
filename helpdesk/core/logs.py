"""Logs for people or for machines: one line an event, with the id of the request, job or command it belongs to."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

from helpdesk.core import current

Event = MutableMapping[str, Any]


def name_entry(_logger: object, _method: str, event: Event) -> Event:
    """Add who acted through what; ids only, never names, addresses or texts."""
    entry = current.maybe_entry()
    if entry is not None:
        event.update(request_id=entry.request_id, via=entry.via.value)
        if entry.user_id is not None:
            event["user_id"] = entry.user_id
    return event


def configure(log_format: Literal["console", "json"], *, level: int = logging.INFO) -> None:
    """Send everything the program and its libraries log to standard error, in one form. Safe to call again."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_entry,
    ]
    last: list[structlog.types.Processor] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
        if log_format == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    for known in [each for each in root.handlers if getattr(each, "is_ours", False)]:
        root.removeHandler(known)
    handler.is_ours = True  # type: ignore[attr-defined]  # a mark of our own
    root.addHandler(handler)
    root.setLevel(level)
    for noisy in ("procrastinate", "alembic", "sqlalchemy.engine", "imapclient", "httpx2", "httpcore2"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
