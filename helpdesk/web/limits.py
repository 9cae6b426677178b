"""How much may be sent at once: what forms say before the server has to refuse."""

from dataclasses import dataclass

from helpdesk.core.configuration import configuration

MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """How many files, and how many bytes together."""

    files: int
    bytes: int


def limits() -> Limits:
    """The desk's limits; the server refuses a little later than the form says."""
    return Limits(files=MOST_FILES, bytes=configuration().max_upload_mb * 1_000_000)
