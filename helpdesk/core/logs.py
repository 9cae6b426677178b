"""What every process writes to stderr: one event a line, for people or as JSON, with the entry it belongs to."""

import logging.config
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from helpdesk.config import LogFormat
from helpdesk.core import current

QUIET = ("alembic", "procrastinate", "PIL")  # libraries whose routine is not news


def set_up(form: LogFormat) -> None:
    """Make the standard library's logging write our way; for the start of a process."""
    logging.config.dictConfig(settings(form))


def settings(form: LogFormat) -> dict[str, Any]:
    """For logging.config.dictConfig, and for gunicorn, which calls it itself."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            add_entry,
        ],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(form)],
    }
    ours = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {
            **{name: {"level": "WARNING"} for name in QUIET},
            "gunicorn.error": {"level": "WARNING", **ours},
            "gunicorn.access": {"level": "WARNING", **ours},
        },
    }


def add_entry(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Who asked, through which door: the same number the error page shows."""
    if entry := current.maybe_entry():
        event.update(request_id=entry.request_id, via=entry.via.value)
        if entry.user_id is not None:
            event["user_id"] = entry.user_id
    return event


def _renderers(form: LogFormat) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
