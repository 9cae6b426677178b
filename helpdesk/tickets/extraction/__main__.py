"""The process that reads one foreign file: started by helpdesk.tickets.extraction.child, never by people."""

import sys

from helpdesk.tickets.extraction import limits
from helpdesk.tickets.extraction.kinds import FileKind
from helpdesk.tickets.extraction.readers import READERS, tidy


def main() -> None:
    """A file in, its text out. Whatever goes wrong ends the process without an answer."""
    _limit()
    text = tidy(READERS[FileKind(sys.argv[1])](_content()))
    sys.stdout.buffer.write(text.encode())


def _content() -> bytes:
    try:
        return sys.stdin.buffer.read()
    except OSError:
        sys.exit(limits.DISK_FAILED)


def _limit() -> None:
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 — other systems have none, or one that does not count

        resource.setrlimit(resource.RLIMIT_DATA, (limits.MEMORY, limits.MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
