"""Named points between two effects that outlive the process: where the crash harness kills it.

In a running desk a point costs one look at a variable. tests/soak/ kills at each of them and counts what is lost.
"""

import os
import signal
from dataclasses import dataclass
from enum import StrEnum

VARIABLE = "HELPDESK_DIE_AT"
"""`point` or `point:3`: the process ends as by kill -9 when it passes the point for the third time."""


class Point(StrEnum):
    """Where a process may die; each stands in the code exactly where it says."""

    IMAP_FETCHED = "imap.fetched"
    IMAP_BEFORE_LETTING_GO = "imap.before_letting_go"
    IMAP_LET_GO = "imap.let_go"
    IMAP_BEFORE_REMEMBERING = "imap.before_remembering"
    PIPE_READ = "pipe.read"
    PIPE_BEFORE_EXIT = "pipe.before_exit"
    HTTP_READ = "http.read"
    HTTP_BEFORE_ANSWER = "http.before_answer"
    INTAKE_BEFORE_STORE = "intake.before_store"
    INTAKE_STORED = "intake.stored"
    INTAKE_BEFORE_COMMIT = "intake.before_commit"
    INTAKE_COMMITTED = "intake.committed"
    PARSE_BEFORE = "parse.before"
    PARSE_AFTER = "parse.after"
    FILING_FILE_STORED = "filing.file_stored"
    FILING_BEFORE_COMMIT = "filing.before_commit"
    OUTBOX_INSERTED = "outbox.inserted"
    HELD_BEFORE_PUBLISHING = "held.before_publishing"
    HELD_PUBLISHED = "held.published"
    SMTP_BEFORE_CONNECT = "smtp.before_connect"
    SMTP_MARKED_SENDING = "smtp.marked_sending"
    SMTP_BEFORE_DATA = "smtp.before_data"
    SMTP_ACCEPTED = "smtp.accepted"
    SMTP_BEFORE_MARKED_SENT = "smtp.before_marked_sent"
    SMTP_MARKED_SENT = "smtp.marked_sent"


@dataclass
class _Fate:
    point: str = ""
    passes_left: int = 1


_fate = _Fate()


def arm(where: str) -> None:
    """Let this process die at `point` or `point:3`; nowhere for an empty text."""
    _fate.point, _, nth = where.partition(":")
    _fate.passes_left = int(nth or 1)


def passing(point: Point) -> None:
    """Go on, unless this process is to die here."""
    if point.value != _fate.point:
        return
    _fate.passes_left -= 1
    if _fate.passes_left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE, ""))
