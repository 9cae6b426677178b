"""G08: no mail costs more than its share: it is read or given up within its budget, and the next one goes on.

What is given up is kept and shown to people: tests/security/test_b03_poison_mails.py.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import pytest

from helpdesk.mail.parsing import limits
from helpdesk.mail.parsing.child import Unreadable, parsed_safely
from tests.support.sample_mails import SAMPLES
from tests.support.tally import tally

HEAD = b"From: a@b.example\r\nTo: support@desk.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def nested(kind: bytes, depth: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, level, level)
        for level in range(depth)
    )
    return HEAD + opened + b"Content-Type: text/plain\r\n\r\nwords\r\n"


def enveloped(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\nSubject: y\r\n" * depth + b"\r\nwords"


def attached(count: int) -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=f\r\n\r\nx\r\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * count + b"--b--\r\n"


def html(markup: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + markup


COSTLY: Mapping[str, Callable[[], bytes]] = {
    "10,000 multiparts in each other": lambda: nested(b"mixed", 10_000),
    "10,000 alternatives in each other": lambda: nested(b"alternative", 10_000),
    "10,000 messages in each other": lambda: enveloped(10_000),
    "10,000 attachments": lambda: attached(10_000),
    "a header of 1 MB": lambda: HEAD + b"X-Long: " + b"a" * 2**20 + b"\r\n\r\nwords",
    "a subject of 1 MB in encoded words": lambda: (
        b"Subject: " + b"=?utf-8?q?a?= " * 75_000 + b"\r\n\r\nwords"
    ),
    "100,000 headers": lambda: HEAD + b"X-A: b\r\n" * 100_000 + b"\r\nwords",
    "100,000 receivers": lambda: b"To: " + b"a@b.example, " * 100_000 + b"\r\n" + HEAD + b"\r\nwords",
    "30 MB in base64": lambda: (
        HEAD
        + b"Content-Transfer-Encoding: base64\r\nContent-Type: application/pdf\r\n\r\n"
        + b"QUJD\r\n" * 5_000_000
    ),
    "20,000 links": lambda: html(b"<a href=http://x.example/?q>x</a>" * 20_000),
    "1,000,000 spaces": lambda: html(b"<p>" + b" " * 1_000_000 + b"x</p>"),
    "10,000 elements in each other": lambda: html(b"<div>" * 10_000 + b"words"),
    "a style of 1 MB": lambda: html(b"<style>" + b"a{b:url(" * 130_000 + b"</style>words"),
    "a thread that never ends": lambda: (
        HEAD + b"References: " + b"<a@b.example>\r\n " * 50_000 + b"\r\n\r\n" + b"> " * 100_000
    ),
    "one line of 5 MB": lambda: HEAD + b"\r\n" + b"a@b " * 1_250_000,
    "no line at all": lambda: b"\r\n" * 1_000_000,
    "a boundary of 1 MB": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 2**20 + b"\r\n\r\n--b"
    ),
}
GRACE = 15.0
"""Seconds for handing over, and for a machine that is busy."""


@pytest.mark.parametrize("name", COSTLY)
def test_it_is_read_or_given_up_in_time_and_the_next_one_goes_on(name: str) -> None:
    raw = COSTLY[name]()
    began = time.monotonic()
    with suppress(Unreadable):
        parsed_safely(raw)
    seconds = time.monotonic() - began

    assert seconds < 2 * limits.WALL_SECONDS + GRACE  # at most once with its HTML, and once without
    assert parsed_safely(SAMPLES[0]).subject == parsed_safely(SAMPLES[0]).subject
    tally("costly mails")
