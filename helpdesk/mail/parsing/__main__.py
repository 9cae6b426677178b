"""The process that parses foreign bytes for others: started by helpdesk.mail.parsing.child, never by people."""

import pickle
import signal
import sys

from helpdesk.mail.parsing import limits, parse


def main() -> None:
    """A mail in, after a byte that says whether its HTML is wanted; what it says out; until there are no more."""
    _limit()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(limits.LENGTH.size)) == limits.LENGTH.size:
        answer = _answer(source.read(limits.LENGTH.unpack(head)[0]))
        target.write(limits.LENGTH.pack(len(answer)))
        target.write(answer)
        target.flush()


def _answer(raw: bytes) -> bytes:
    """The parsed mail; nothing where it needs too much memory. Too long ends the process, also inside of C code."""
    signal.setitimer(signal.ITIMER_PROF, limits.CPU_SECONDS)
    try:
        return pickle.dumps(parse(raw[1:], with_html=raw[:1] == limits.WITH_HTML), protocol=5)
    except MemoryError:
        return b""
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for those who ask us
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 — other systems have none, or one that does not count

        resource.setrlimit(resource.RLIMIT_DATA, (limits.MEMORY, limits.MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
