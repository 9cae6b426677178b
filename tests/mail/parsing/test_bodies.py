"""Which parts of a mail are its words."""

import base64

import pytest

from helpdesk.mail.parsing import ParsedMail, parse


def body(content: bytes, kind: str = "text/plain", encoding: str = "8bit") -> ParsedMail:
    head = f"From: a@example.org\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return parse(head.encode("latin-1") + content)


def multipart(kind: str, *parts: bytes) -> ParsedMail:
    inner = b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts)
    return parse(
        f"From: a@example.org\r\nContent-Type: multipart/{kind}; boundary=xx\r\n\r\n".encode()
        + inner
        + b"--xx--"
    )


TEXT = b"Content-Type: text/plain\r\n\r\nplain words"
HTML = b"Content-Type: text/html\r\n\r\n<p>rich <b>words</b></p>"
PDF = b"Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF"


@pytest.mark.parametrize(
    "content, kind, text",
    [
        ("Grüße".encode("latin-1"), "text/plain; charset=iso-8859-1", "Grüße"),
        ("Grüße – €".encode("cp1252"), "text/plain; charset=iso-8859-1", "Grüße – €"),
        ("Grüße".encode(), "text/plain", "Grüße"),
        ("Grüße".encode(), "text/plain; charset=us-ascii", "Grüße"),
        ("Grüße".encode("latin-1"), "text/plain; charset=nobody-knows", "Grüße"),
        ("日本語".encode("iso2022_jp"), "text/plain; charset=iso-2022-jp", "日本語"),
        ("日本語".encode("iso2022_jp"), "text/plain", "日本語"),
        ("日本語".encode("cp932"), "text/plain; charset=shift_jis", "日本語"),
        ("Привет, как дела?".encode("koi8-r"), "text/plain; charset=koi8-r", "Привет, как дела?"),
        (b"Hi +2D3eAA-", "text/plain; charset=unicode-1-1-utf-7", "Hi 😀"),
        ("Grüße".encode("utf-16"), "text/plain; charset=utf-16", "Grüße"),
        (b"a\x00b", "text/plain", "ab"),
        (
            b"Gr\xc3\xbc\xff\xc3\x9fe \xe2\x82\xac \xc3\xa4\xc3\xb6 \xc3\xa4",
            "text/plain",
            "Grü\ufffdße € äö ä",
        ),
        (b"caf\xe9", "text/plain; charset=utf-8", "café"),
        (b"abc", "text/plain; charset=rot13", "abc"),
        (b"abc", "text/plain; charset=idna", "abc"),
        (b'<meta charset="koi8-r"><p>\xf0\xd2\xc9', "text/html", "При"),
    ],
)
def test_every_charset_becomes_text(content: bytes, kind: str, text: str) -> None:
    assert body(content, kind).text == text


@pytest.mark.parametrize(
    "content, encoding",
    [
        (base64.b64encode(b"hello there"), "base64"),
        (base64.b64encode(b"hello there").rstrip(b"="), "BASE64 "),
        (b"aGVsbG8g\r\n\r\ndGhlcmU=\r\n_____\r\nsent to the list by all\r\n", "base64"),
        (base64.b64encode(b"hello ") + base64.b64encode(b"there"), "base64"),
        (b"hello=20th=\r\nere", "quoted-printable"),
        (b"hello there", "base64"),
        (b"hello there", "nobody-knows"),
        (b"begin 644 x\r\n+:&5L;&\\@=&AE<F4\r\n`\r\nend\r\n", "x-uuencode"),
    ],
)
def test_every_encoding_is_taken_off_where_it_is_there(content: bytes, encoding: str) -> None:
    assert body(content, encoding=encoding).text == "hello there"


def test_flowed_lines_are_put_together() -> None:
    found = body(b"> one \r\n> two\r\n three \r\nfour\r\n-- \r\nCarl", "text/plain; format=flowed")

    assert found.text == "> one two\nthree four\n-- \nCarl"


def test_flowed_lines_without_spaces_between_characters() -> None:
    assert body("日本 \r\n語".encode(), "text/plain; format=flowed; delsp=yes").text == "日本語"


def test_of_alternatives_text_and_html_are_one_message() -> None:
    found = multipart("alternative", TEXT, HTML)

    assert (found.text, found.html, found.attachments) == ("plain words", "<p>rich <b>words</b></p>", [])


def test_html_alone_becomes_text_too() -> None:
    found = body(
        b"<html><body><p>Hello <a href='https://example.org/'>there</a></p><script>x</script>", "text/html"
    )

    assert found.text == "Hello there <https://example.org/>"


def test_an_empty_alternative_does_not_hide_the_other() -> None:
    assert multipart("alternative", b"Content-Type: text/plain\r\n\r\n ", HTML).text == "rich words"


def test_words_around_a_file_stay_in_order() -> None:
    found = multipart("mixed", TEXT, PDF, HTML)

    assert found.text == "plain words\n\nrich words"
    assert found.html == "<p>plain words</p>\n<p>rich <b>words</b></p>"
    assert [file.filename for file in found.attachments] == ["a.pdf"]


def test_a_text_with_a_name_is_a_file_unless_it_is_all_there_is() -> None:
    named = b"Content-Type: text/plain; name=notes.txt\r\n\r\nnotes"

    assert [file.filename for file in multipart("mixed", TEXT, named).attachments] == ["notes.txt"]
    assert body(b"notes", "text/plain; name=notes.txt").text == "notes"


@pytest.mark.parametrize("boundary", ["", "; boundary=other", '; boundary="'])
def test_a_boundary_that_is_missing_or_wrong_is_found(boundary: str) -> None:
    found = parse(
        f"From: a@example.org\nContent-Type: multipart/mixed{boundary}\n\n--b1\n\nHello\n--b1--\n".encode()
    )

    assert found.text == "Hello"


def test_a_multipart_without_parts_is_still_to_be_read() -> None:
    assert body(b"just words", "multipart/mixed; boundary=x").text == "just words"


def test_parts_behind_a_closing_line_are_not_lost() -> None:
    found = parse(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\nepilogue\n--b\n\ntwo\n--b--\n"
    )

    assert found.text == "one\n\ntwo"


def test_a_thousand_levels_are_not_followed() -> None:
    raw = b"From: a@example.org\n"
    for level in range(1_000):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)

    assert parse(raw + b"\ndeep").problems == (
        "It has too many parts, or too deep in each other; not all were opened.",
    )


def test_html_nested_beyond_reason_keeps_its_words() -> None:
    found = body(b"<div>" * 100_000 + b"words" + b"</div>" * 100_000, "text/html")

    assert (found.text, found.raw_html.count("<div>")) == ("words", 500)


def test_a_text_of_many_megabytes_is_cut_and_it_is_said() -> None:
    found = body(b"word " * 1_000_000)

    assert len(found.text) == 1_000_000
    assert found.problems == ("Its text is too long; the rest is in the original only.",)
