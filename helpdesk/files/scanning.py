"""A virus scanner that looks at files before they are kept: ClamAV's daemon, by its own protocol."""

import logging
import re
import socket
import struct
from contextlib import suppress
from typing import BinaryIO

from helpdesk.core.configuration import configuration
from helpdesk.core.errors import Unwelcome

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds for one file: the daemon may unpack an archive."""
PIECE = 1 << 16
_LENGTH = struct.Struct(">I")
_LONGEST_ANSWER = 4_096


class Infected(Unwelcome):
    """The scanner knows what this file is. `signature` is its name for it."""

    status = 422

    def __init__(self, sentence: str, signature: str) -> None:
        super().__init__(sentence)
        self.signature = signature


class NotScanned(Unwelcome):
    """Nobody could look, and the desk is told to keep nothing unseen."""

    status = 503


def check(content: BinaryIO, filename: str) -> None:
    """Let a file pass, or raise Infected or NotScanned. The stream is left at its beginning.

    Without a scanner everything passes; while it does not answer, what HELPDESK_CLAMAV_DOWN says. The address comes
    from the environment alone, so it is no way to other people's networks.
    """
    if configuration().clamav is None:
        return
    try:
        answer = _asked(content)
    except OSError as error:
        _unscanned(filename, f"{error.__class__.__name__}: {error}")
        return
    finally:
        content.seek(0)
    found = re.fullmatch(r"stream: (.+) FOUND", answer)
    if found:
        log.warning("A file was refused: the scanner found %s", found[1])
        raise Infected(f"“{filename}” was not taken: the virus scanner found {found[1]} in it.", found[1])
    if answer != "stream: OK":
        _unscanned(filename, answer)


def is_answering() -> bool:
    """Whether the scanner is there. False as well where there is none."""
    if configuration().clamav is None:
        return False
    with suppress(OSError):
        return _conversation(b"zPING\0", None, patience=2.0) == "PONG"
    return False


def _unscanned(filename: str, why: str) -> None:
    log.error("The virus scanner could not look at a file: %s", why)
    if configuration().clamav_down == "refuse":
        raise NotScanned(
            f"“{filename}” was not taken: the virus scanner does not answer. Nothing was saved; try again later."
        )


def _asked(content: BinaryIO) -> str:
    return _conversation(b"zINSTREAM\0", content, patience=PATIENCE)


def _conversation(command: bytes, content: BinaryIO | None, *, patience: float) -> str:
    with _connected(patience) as connection:
        connection.sendall(command)
        if content is not None:
            with suppress(BrokenPipeError, ConnectionResetError):  # it has seen enough, and says so
                while piece := content.read(PIECE):
                    connection.sendall(_LENGTH.pack(len(piece)) + piece)
                connection.sendall(_LENGTH.pack(0))
        answer = b""
        while len(answer) < _LONGEST_ANSWER and (more := connection.recv(_LONGEST_ANSWER)):
            answer += more
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(patience: float) -> socket.socket:
    address = str(configuration().clamav)
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(patience)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=patience)
