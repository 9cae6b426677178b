"""One sign, a hundred thousand times, in each place where rules look: nothing takes the square of it."""

import time

import pytest

from helpdesk.mail.parsing import parse

SIGNS = [
    *(
        " ",
        ";",
        "\n",
        "\r\n",
        ">\n",
        "-",
        "_",
        ",",
        "a,",
        "<",
        "<a",
        "<a href=",
        "<div>",
        "<td>",
        "<b>",
        "<!--",
        "&",
        "(",
        "@",
    ),
    *(
        "a@",
        "a.",
        "A ",
        "=?",
        "=?a?q?",
        "=?utf-8?b?QQ==?=",
        '"',
        "\\",
        ":",
        "From: a\n",
        "On x wrote:\n",
        "-- \n",
        "550 ",
    ),
    *(
        "begin 644 a\n",
        "end\n",
        "<a@b.example>: ",
        "Final-Recipient: rfc822; a@b.example\n",
        "\u00a0",
        "中",
        "http://a ",
    ),
]
HEADS = {
    "text": b"From: a@b.example\nSubject: x\n\n",
    "html": b"From: a@b.example\nContent-Type: text/html\n\n",
    "report": b"From: MAILER-DAEMON@b.example\nReturn-Path: <>\nSubject: Undelivered Mail returned\n\n",
    "forward": b"From: a@b.example\nSubject: Fwd: x\n\nlook\n---------- Forwarded message ---------\n",
    "parameters": b"Content-Type: text/plain; ",
    "subject": b"From: a@b.example\nSubject: ",
}
BYTES = 25_000
SECONDS = 2.0  # of a processor; the square of it would be minutes


@pytest.mark.parametrize("head", HEADS)
def test_repeating_a_sign_costs_what_it_is_long(head: str) -> None:
    slow = {}
    for sign in SIGNS:
        started = time.process_time()
        parse(HEADS[head] + sign.encode() * (BYTES // len(sign.encode())) + b"\n\nx")
        if (seconds := time.process_time() - started) > SECONDS:
            slow[sign] = seconds

    assert slow == {}
