"""The head of the chain, written where whoever owns the database cannot reach: a file, or the machine's own log."""

import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from logging.handlers import SysLogHandler
from pathlib import Path

from sqlalchemy import Connection, Select, select, update

from helpdesk.audit.models import AuditSeal
from helpdesk.core import clock
from helpdesk.core.errors import Conflict

FILE = "audit-anchors.jsonl"
SYSLOG = "syslog"
SYSLOG_SOCKET = Path("/dev/log")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was written down: the digest of the last seal there was."""

    number: int
    digest: str
    sealed_at: str
    anchored_at: str

    @property
    def line(self) -> str:
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


class NoPlace(Conflict):
    """The anchor cannot be written."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"The anchor of the audit trail cannot be written to {place}: {reason}.")


def place_of(setting: str, data_dir: Path) -> Path | None:
    """The file of anchors a desk writes to; None where they go to the machine's log."""
    if setting == SYSLOG:
        return None
    return Path(setting).expanduser() if setting else data_dir / FILE


def anchor(connection: Connection, place: Path | None, *, socket: Path = SYSLOG_SOCKET) -> Anchor | None:
    """Write down the head of the chain, where it has a new one. Runs as owner. Raises NoPlace.

    Twice is no harm: first the line is in its place, then the seal says so.
    """
    head = connection.execute(_head()).first()
    if head is None or head.anchored_at is not None:
        return None
    now = clock.now()
    made = Anchor(head.number, head.digest.hex(), head.sealed_at.isoformat(), now.isoformat())
    if place is None:
        _tell_the_log(made, socket)
    else:
        _append(made, place)
    connection.execute(update(AuditSeal).where(AuditSeal.number == head.number).values(anchored_at=now))
    return made


def last_anchored(connection: Connection) -> datetime | None:
    """When the chain was last anchored."""
    anchored = select(AuditSeal.anchored_at).where(AuditSeal.anchored_at.is_not(None))
    return connection.scalar(anchored.order_by(AuditSeal.number.desc()).limit(1))


def read(lines: Iterable[str]) -> Mapping[int, set[str]]:
    """Number of a seal → the digests it was anchored with, from a file of anchors or lines of a log that hold them.

    Raises ValueError, with the number of the line, for an anchor that is cut short.
    """
    found: dict[int, set[str]] = {}
    for count, line in enumerate(lines, start=1):
        start = line.find("{")
        if start < 0:
            continue
        try:
            told, _end = json.JSONDecoder().raw_decode(line, start)  # logs write more behind it
            found.setdefault(int(told["number"]), set()).add(str(told["digest"]))
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"line {count} is no anchor") from None
    return found


def _head() -> Select[int, bytes, datetime, datetime | None]:
    columns = (AuditSeal.number, AuditSeal.digest, AuditSeal.sealed_at, AuditSeal.anchored_at)
    return select(*columns).order_by(AuditSeal.number.desc()).limit(1)


def _append(made: Anchor, place: Path) -> None:
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
            file.write(made.line + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NoPlace(str(place), error.strerror or "it is refused") from error


class _Log(SysLogHandler):
    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 — the name logging calls
        raise  # noqa: PLE0704 — inside of logging's own except: an anchor that was lost is no anchor


def _tell_the_log(made: Anchor, socket: Path) -> None:
    record = logging.makeLogRecord({"msg": f"helpdesk-audit: {made.line}", "levelno": logging.INFO})
    try:
        log = _Log(address=str(socket), facility=SysLogHandler.LOG_AUTHPRIV)
        log.emit(record)
        log.close()
    except OSError as error:
        raise NoPlace("syslog", error.strerror or "it is refused") from error
