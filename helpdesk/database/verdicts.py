"""Which settings of a PostgreSQL matter to the desk, what each is for, and when one of them is bad."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_UNITS = {"": 1, "B": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


class Verdict(StrEnum):
    """How a value is."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    BAD = "bad"


def _never(_value: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watched:
    """One setting; where `is_wrong` says so its verdict is `then`, and `advice` says what to do."""

    name: str
    about: str
    is_wrong: Callable[[str], bool] = _never
    then: Verdict = Verdict.DOUBTFUL
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A setting with its value and what to think of it."""

    name: str
    value: str
    about: str
    verdict: Verdict
    advice: str


def amount(value: str) -> int:
    """Bytes of a size as PostgreSQL writes it; 0 for what is none."""
    found = re.fullmatch(r"(\d+)([kMGT]?B)?", value)
    return int(found[1]) * _UNITS[found[2] or ""] if found else 0


def _is_off(value: str) -> bool:
    return value == "off"


def _below(size: str) -> Callable[[str], bool]:
    return lambda value: amount(value) < amount(size)


_LOSS = "Switch it on: without it a power cut can damage the data beyond repair."

WATCHED: Sequence[Watched] = (
    Watched("fsync", "Waits until data is on the disk", _is_off, Verdict.BAD, _LOSS),
    Watched("full_page_writes", "Guards pages that were half written", _is_off, Verdict.BAD, _LOSS),
    Watched(
        "synchronous_commit",
        "Answers only when a change is safe",
        _is_off,
        Verdict.DOUBTFUL,
        "Switch it on: a crash can lose the last changes that people saw as saved.",
    ),
    Watched(
        "autovacuum",
        "Cleans up after changes",
        _is_off,
        Verdict.BAD,
        "Switch it on: tables grow and slow down without it, and in the end the server refuses to write.",
    ),
    Watched(
        "data_checksums",
        "Notices damaged data",
        _is_off,
        Verdict.DOUBTFUL,
        "Stop the server and run pg_checksums --enable: damage of the disk is noticed then.",
    ),
    Watched(
        "server_encoding",
        "How text is stored",
        lambda value: value != "UTF8",
        Verdict.BAD,
        "Move to a database in UTF8: some names and messages cannot be stored in this one.",
    ),
    Watched(
        "shared_buffers",
        "Memory for data that is used often",
        _below("64MB"),
        Verdict.DOUBTFUL,
        "Give it 128MB or more, up to a quarter of the memory.",
    ),
    Watched(
        "work_mem",
        "Memory for one sort",
        _below("4MB"),
        Verdict.DOUBTFUL,
        "Give it 4MB or more: larger lists are sorted on the disk otherwise.",
    ),
    Watched("maintenance_work_mem", "Memory for building an index"),
    Watched("effective_cache_size", "What the planner believes is cached"),
    Watched("max_connections", "Most connections at once"),
    Watched(
        "random_page_cost",
        "How much jumping on the disk costs",
        lambda value: float(value) >= 4,
        Verdict.DOUBTFUL,
        "Set it to 1.1 unless the data lies on spinning disks: indexes are used more often then.",
    ),
    Watched(
        "statement_timeout",
        "Ends what takes too long",
        lambda value: value == "0",
        Verdict.DOUBTFUL,
        "Set HELPDESK_STATEMENT_TIMEOUT_SECONDS: one slow page can keep a connection for ever otherwise.",
    ),
    Watched(
        "lock_timeout",
        "Ends what waits too long for others",
        lambda value: value == "0",
        Verdict.DOUBTFUL,
        "Set HELPDESK_LOCK_TIMEOUT_SECONDS.",
    ),
    Watched(
        "jit",
        "Compiles long statements first",
        lambda value: value == "on",
        Verdict.DOUBTFUL,
        "Leave HELPDESK_JIT off: compiling takes longer here than it saves.",
    ),
    Watched("TimeZone", "Zone of moments without one"),
)


def judged(settings: Mapping[str, str], *, connections_needed: int) -> list[Judged]:
    """Those the server has, the worst first. `connections_needed`: how many this desk may open at once."""
    found = [
        _judge(each, settings[each.name], connections_needed) for each in WATCHED if each.name in settings
    ]
    worst_first = list(reversed(Verdict))
    return sorted(found, key=lambda each: worst_first.index(each.verdict))


def _judge(watched: Watched, value: str, connections_needed: int) -> Judged:
    if watched.name == "max_connections" and int(value) < connections_needed:
        advice = f"Raise it: web server and worker may open {connections_needed} connections together."
        return Judged(watched.name, value, watched.about, Verdict.DOUBTFUL, advice)
    if watched.is_wrong(value):
        return Judged(watched.name, value, watched.about, watched.then, watched.advice)
    return Judged(watched.name, value, watched.about, Verdict.FINE, "")
