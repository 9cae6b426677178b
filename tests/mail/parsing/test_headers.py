"""Header fields, as mailers really write them."""

from datetime import UTC, datetime

import pytest

from helpdesk.mail.parsing import ParsedMail, parse
from helpdesk.mail.parsing.parsed import Mailbox


def read(*fields: bytes, body: bytes = b"Hello") -> ParsedMail:
    return parse(b"\r\n".join([*fields, b"", body]))


@pytest.mark.parametrize(
    "value, subject",
    [
        (b"Plain  words", "Plain  words"),
        (b"=?utf-8?q?M=C3=BChsam?=", "Mühsam"),
        (b"=?UTF-8?B?TcO8aHNhbQ==?=", "Mühsam"),
        (b"=?utf-8?q?M=C3?= =?utf-8?q?=BChsam?=", "Mühsam"),
        (b"=?utf-8?q?one?=\r\n =?iso-8859-1?q?_zw=F6lf?=", "one zwölf"),
        (b"=?utf-8?q?one?= two =?utf-8?q?three?=", "one two three"),
        (b"=?utf-8*de?q?M=C3=BChsam?=", "Mühsam"),
        (b"=?utf-8?q?with a space?=", "with a space"),
        (b"=?utf-8?b?TcO8aHNhbQ?=", "Mühsam"),
        (b"=?x-nobody-knows?q?M=C3=BChsam?=", "Mühsam"),
        (b"=?utf-8?q?never ends", "=?utf-8?q?never ends"),
        (b"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?gb2312?b?xOO6ww==?=", "你好"),
        ("Mühsam".encode(), "Mühsam"),
        ("Mühsam".encode("latin-1"), "Mühsam"),
        (b"folded\r\n\t over\r\n three", "folded over three"),
        (b"a\x00b\x07c\xe2\x80\xa8d", "ab c d"),
        (b"=?utf-8?q?a=0D=0ABcc:_evil=40x?=", "a Bcc: evil@x"),
    ],
)
def test_a_subject_is_decoded_to_one_line(value: bytes, subject: str) -> None:
    assert read(b"Subject: " + value).subject == subject


def test_bytes_in_no_encoding_are_of_the_charset_of_the_mail() -> None:
    found = read(b"Subject: \xf0\xd2\xc9", b"Content-Type: text/plain; charset=koi8-r")

    assert found.subject == "При"


def test_addresses_and_names_of_every_field() -> None:
    found = read(
        b'From: "=?utf-8?q?Zo=C3=AB?=" <zoe@example.org>',
        b"To: group: a@example.org, B <b@example.org>;",
        b"To: c@example.org",
        b"Cc: (nobody)",
        b"Reply-To: <>",
    )

    assert (found.from_address, found.from_name) == ("zoe@example.org", "Zoë")
    assert found.to == (Mailbox("a@example.org"), Mailbox("b@example.org", "B"), Mailbox("c@example.org"))
    assert (found.cc, found.reply_to) == ((), ())


def test_without_a_from_the_sender_counts_and_it_is_told() -> None:
    found = read(b"Sender: Ann <ann@example.org>", b"Reply-To: eve@example.org")

    assert (found.from_address, found.problems) == ("ann@example.org", ("It does not say whom it is from.",))


def test_a_from_that_is_no_address_stays_as_a_name() -> None:
    found = read(b"From: Somebody at nowhere")

    assert (found.from_address, found.from_name) == ("", "Somebody at nowhere")


@pytest.mark.parametrize(
    "value, date",
    [
        (b"Mon, 02 Nov 2026 10:00:00 +0100", datetime(2026, 11, 2, 9, tzinfo=UTC)),
        (b"2 Nov 26 10:00 EST", datetime(2026, 11, 2, 15, tzinfo=UTC)),
        (b"Mon, 02 Nov 2026 10:00:00 -0000", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        (b"2026-11-02T10:00:00+02:00", datetime(2026, 11, 2, 8, tzinfo=UTC)),
        (b"Mon, 02 Nov 1901 10:00:00 +0100", None),
        (b"Mon, 02 Nov 9999 23:00:00 -9999", None),
        (b"yesterday", None),
        (b"", None),
    ],
)
def test_a_date_is_a_moment_or_nothing(value: bytes, date: datetime | None) -> None:
    assert read(b"Date: " + value).date == date


def test_message_ids_have_their_brackets() -> None:
    found = read(
        b"Message-ID: bare@example.org",
        b"In-Reply-To: Your message of Monday <a@example.org>",
        b"References: <a@example.org>\r\n <b\r\n @example.org><a@example.org> junk",
    )

    assert found.message_id == "<bare@example.org>"
    assert found.in_reply_to == ["<a@example.org>"]
    assert found.references == ["<a@example.org>", "<b@example.org>"]


def test_of_very_many_references_the_first_and_the_last_stay() -> None:
    found = read(b"References: " + b" ".join(b"<%d@x>" % each for each in range(1_000)))

    assert (len(found.references), found.references[0], found.references[-1]) == (200, "<0@x>", "<999@x>")


def test_the_fields_that_decide_are_handed_on_all_of_them() -> None:
    found = read(b"Authentication-Results: one; spf=fail", b"authentication-results: two", b"X-Other: no")

    assert found.headers == {"authentication-results": ["one; spf=fail", "two"]}


def test_headers_survive_strange_beginnings_and_lines() -> None:
    raw = b"\xef\xbb\xbf\r\n>From eve Mon Nov 2\r\nFrom: a@example.org\r\nno field at all\r\nSubject: Still\r\n\r\nBody"

    found = parse(raw)

    assert (found.from_address, found.subject, found.text) == ("a@example.org", "Still", "Body")


def test_a_body_without_an_empty_line_before_it_is_a_body() -> None:
    found = parse(b"Subject: Hello\nThis is no field.\nNor this.\n")

    assert (found.subject, found.text) == ("Hello", "This is no field.\nNor this.")


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_every_line_end_is_one(line_end: bytes) -> None:
    found = parse(line_end.join([b"From: a@example.org", b"Subject: x", b" y", b"", b"one", b"two"]))

    assert (found.subject, found.text.split()) == ("x y", ["one", "two"])


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\x00", b"Hello", b"\xff" * 100, b":", b"From:", b"\r\n\r\n\r\n"]
)
def test_what_is_hardly_a_mail_is_read_too(raw: bytes) -> None:
    assert parse(raw).from_address == ""
