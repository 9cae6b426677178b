"""Mails with faults of every kind, made from real ones: the same number gives the same mail.

`python -m tests.support.mutated_mails FIRST COUNT` reads that many, and prints what it took as one line of JSON.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from helpdesk.mail.parsing import parse
from tests.support import corpus
from tests.support.sample_mails import SAMPLES

LARGEST_SEED = 200_000  # bytes; larger ones only slow the search
STUMBLED = re.compile(r"\(\w*(?:Error|Exception|Iteration|Exit|Interrupt)\)")
_CHARSETS = (
    *(
        b"utf-8",
        b"utf-7",
        b"iso-2022-jp",
        b"x-unknown",
        b"idna",
        b"punycode",
        b"base64",
        b"unicode_escape",
        b"gb2312",
    ),
    *(
        b"undefined",
        b"utf-16",
        b"hz",
        b"rot13",
        b"\xff\xfe",
        b"",
        b"iso-8859-1",
        b"utf-32",
        b"us-ascii",
        b"cp1252",
    ),
)
_ENCODINGS = (b"base64", b"quoted-printable", b"7bit", b"8bit", b"x-uuencode", b"binary", b"x-none", b"")
_TYPES = (
    *(
        b"text/plain",
        b"text/html",
        b"multipart/mixed",
        b"multipart/alternative",
        b"multipart/related",
        b"message/rfc822",
    ),
    *(
        b"multipart/signed",
        b"multipart/encrypted",
        b"multipart/report; report-type=delivery-status",
        b"text/calendar",
    ),
    *(
        b"application/ms-tnef",
        b"message/delivery-status",
        b"multipart/digest",
        b"message/partial",
        b"a/b/c",
        b"/",
        b"",
    ),
)
_HOSTILE = (
    *(
        b"\x00",
        b"\xff",
        b"\r",
        b"\n\n",
        b"=?",
        b"?=",
        b"=?utf-8?b?",
        b"=?utf-8?q?=00=0A?=",
        b"<",
        b">",
        b'"',
        b"(",
        b"\\",
    ),
    *(
        b"(" * 2_000,
        b"<" * 500,
        b'"' * 501,
        b"@" * 50,
        b"," * 2_000,
        b";" * 500,
        b":" * 500,
        b"=" * 300,
        b"%00" * 100,
    ),
    *(
        b"<div>" * 700,
        b"<table><tr><td>" * 200,
        b"<b><i>" * 300,
        b"&#0;&#xD800;&#9999999999;",
        b"<!--",
        b"<![CDATA[",
    ),
    *(
        b"begin 644 a.txt\n",
        b"\nend\n",
        b"\xf0\x9f\x98\x80" * 50,
        b"\xed\xa0\x80",
        b"\x1b$B",
        b"+AAAA-",
        b"\xc2\x85\xe2\x80\xa8",
    ),
    *(
        b"\n> " * 500,
        b"\nOn Mon, x wrote:\n",
        b"\n-- \n",
        b"<a href='javascript:x'>",
        b"cid:",
        b"\nFrom ",
        b"\x1b[2J",
    ),
)

Fault = Callable[[random.Random, bytes], bytes]


def _anywhere(chance: random.Random, mail: bytes) -> int:
    head = mail.find(b"\n\n") if chance.random() < 0.5 else len(mail)  # header fields hold most of the traps
    return chance.randrange((head if head > 0 else len(mail)) + 1)


def _insert(chance: random.Random, mail: bytes) -> bytes:
    at = _anywhere(chance, mail)
    return mail[:at] + chance.choice(_HOSTILE) + mail[at:]


def _flip(chance: random.Random, mail: bytes) -> bytes:
    changed = bytearray(mail)
    for _ in range(chance.randint(1, 20)):
        if changed:
            changed[_anywhere(chance, mail) % len(changed)] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, mail: bytes) -> bytes:
    start = _anywhere(chance, mail)
    return mail[:start] + mail[start + chance.choice((1, 10, 200, 5_000, len(mail))) :]


def _repeat(chance: random.Random, mail: bytes) -> bytes:
    start = _anywhere(chance, mail)
    length = chance.choice((1, 5, 40, 200))
    return mail[:start] + mail[start : start + length] * chance.choice((2, 20, 400)) + mail[start + length :]


def _shuffle_fields(chance: random.Random, mail: bytes) -> bytes:
    head, gap, body = mail.partition(b"\n\n")
    lines = head.split(b"\n")
    for _ in range(chance.randint(1, 5)):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    if chance.random() < 0.5:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"\n".join(lines) + gap + body


def _swapped(pattern: bytes, values: Sequence[bytes]) -> Fault:
    found = re.compile(pattern, re.IGNORECASE)

    def swap(chance: random.Random, mail: bytes) -> bytes:
        places = list(found.finditer(mail))[:200]
        if not places:
            return mail
        place = chance.choice(places)
        return mail[: place.start(1)] + chance.choice(values) + mail[place.end(1) :]

    return swap


def _break_lines(chance: random.Random, mail: bytes) -> bytes:
    plain = mail.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\r", b"\r\r\n", b"\n")))


def _wrap(chance: random.Random, mail: bytes) -> bytes:
    """The mail within a mail, a few times."""
    for depth in range(chance.choice((1, 3, 60))):
        kind = chance.choice(_TYPES)
        mail = b'From: a@b.example\nContent-Type: %s; boundary="%d"\n\n--%d\n%s' % (kind, depth, depth, mail)
        if len(mail) > LARGEST_SEED:
            break
    return mail


def _splice(chance: random.Random, mail: bytes) -> bytes:
    """The beginning of one mail, the end of another."""
    other = chance.choice(seeds())
    return mail[: _anywhere(chance, mail)] + other[_anywhere(chance, other) :]


FAULTS: Sequence[Fault] = (
    *(_insert, _insert, _flip, _cut, _repeat, _shuffle_fields, _break_lines, _wrap, _splice),
    _swapped(rb"charset\s*=\s*\"?([^\";\s]+)", _CHARSETS),
    _swapped(rb"content-transfer-encoding:[ \t]*([^\r\n]*)", _ENCODINGS),
    _swapped(rb"content-type:[ \t]*([^\r\n;]*)", _TYPES),
    _swapped(rb"boundary\s*=\s*\"?([^\";\s]+)", (b"", b"x", b"a" * 300, b"--", b"(", b"\xff")),
    _swapped(rb"=\?([^?\s]+)\?", _CHARSETS),
    _swapped(rb"\n(?:from|to|cc|subject|date|message-id|references):([^\r\n]*)", _HOSTILE),
)
_seeds: list[bytes] = []


def seeds() -> Sequence[bytes]:
    """What mails are made from: the corpus where it is, and samples of our own."""
    if not _seeds:
        _seeds.extend(SAMPLES)
        if corpus.is_there():
            _seeds.extend(raw for each in corpus.mails() if len(raw := each.raw) <= LARGEST_SEED)
    return _seeds


def mutated(number: int) -> bytes:
    """The mail of this number, with one to five faults."""
    chance = random.Random(number)
    mail = chance.choice(seeds())
    for _ in range(chance.randint(1, 5)):
        mail = chance.choice(FAULTS)(chance, mail)
    return mail


def read(first: int, count: int) -> dict[str, object]:
    """Read so many of them: the numbers of those that stumbled, and what it cost in seconds of a processor."""
    seconds: list[tuple[float, int]] = []
    stumbled: list[str] = []
    for number in range(first, first + count):
        raw = mutated(number)
        started = time.process_time()
        found = parse(raw)
        seconds.append((time.process_time() - started, number))
        stumbled += [f"{number}: {problem}" for problem in found.problems if STUMBLED.search(problem)]
    seconds.sort()
    # not ru_maxrss: that begins with what the process had that started this one
    peak = int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text()).group(1))  # type: ignore[union-attr]  # Linux has it
    return {
        "read": len(seconds),
        "stumbled": stumbled[:50],
        "p99": seconds[int(len(seconds) * 0.99)][0],
        "slowest": seconds[-1][0],
        "slowest_number": seconds[-1][1],
        "megabytes": peak // 1024,
        "from_corpus": corpus.is_there(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
