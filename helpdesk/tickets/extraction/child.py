"""A process for each file that is read: with limits and without our secrets; it ends with its answer, or is ended."""

import os
import subprocess
import sys
from errno import EIO
from typing import BinaryIO

from helpdesk.tickets.extraction import limits
from helpdesk.tickets.extraction.kinds import FileKind

_INHERITED = ("COVERAGE", "COV_", "LANG", "LC_", "LD_", "PATH", "PYTHON", "TZ", "VIRTUAL_ENV")


def text_in(content: BinaryIO, kind: FileKind) -> str:
    """The text of an open file on disk; empty where it has none, makes no sense, or would cost too much.

    Raises OSError where the disk does not give its bytes.
    """
    environ = {name: value for name, value in os.environ.items() if name.startswith(_INHERITED)}
    command = [sys.executable, "-P", "-m", "helpdesk.tickets.extraction", kind]
    try:
        done = subprocess.run(
            command,
            stdin=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ,
            timeout=limits.WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    if done.returncode == limits.DISK_FAILED:
        raise OSError(EIO, "The disk does not give the content of a stored file.")
    return done.stdout[: limits.LONGEST_TEXT].decode("utf-8", "ignore") if done.returncode == 0 else ""
