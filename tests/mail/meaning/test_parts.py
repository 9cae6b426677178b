"""Messages are read as parts and fields whatever is wrong with them."""

from email import message_from_bytes
from email.policy import default

from helpdesk.mail.parsing.parts import (
    MOST_PARTS,
    body_text,
    header,
    inside,
    parameter,
    parts,
    raw_headers,
    text_of,
)
from tests.mail.meaning.mails import mail, multipart


def test_fields_are_unfolded_and_decoded_under_any_policy() -> None:
    raw = b"Subject: =?utf-8?q?M=C3=BC?=\r\n =?utf-8?q?ller?=\r\nX-Bad: \xff\r\nFrom: <>@,;:\r\n\r\n"

    for message in (message_from_bytes(raw), message_from_bytes(raw, policy=default)):
        assert header(message, "subject") == "Müller"
        assert header(message, "x-none") == ""
        assert raw_headers(message, "FROM") == ["<>@,;:"]


def test_a_message_inside_is_a_leaf() -> None:
    message = multipart(
        "multipart/mixed",
        "Content-Type: text/plain\n\nouter",
        "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/plain\n\ninner words",
    )
    leaves = list(parts(message))

    assert [part.get_content_type() for part in leaves] == ["text/plain", "message/rfc822"]
    assert body_text(message).strip() == "outer"
    inner = inside(leaves[1])
    assert inner is not None
    assert header(inner, "subject") == "inner"
    assert inside(leaves[0]) is None


def test_unknown_charsets_and_broken_encodings_give_words_all_the_same() -> None:
    wrong = mail("Content-Type: text/plain; charset=x-nobody", body="words")
    broken = mail(
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", body="d29yZHM"
    )

    assert text_of(wrong) == "words"
    assert "word" in text_of(broken)


def test_html_alone_gives_its_words_and_a_broken_multipart_its_text() -> None:
    assert "hello" in body_text(mail("Content-Type: text/html", body="<p>hello</p>"))
    assert "words" in body_text(mail('Content-Type: multipart/mixed; boundary="x"', body="words"))


def test_there_is_an_end_to_the_parts() -> None:
    message = multipart("multipart/mixed", *["Content-Type: text/plain\n\nx"] * (MOST_PARTS + 500))

    assert len(list(parts(message))) < MOST_PARTS


def test_parameters_are_found_in_any_spelling() -> None:
    assert parameter(
        mail("Content-Type: multipart/report; REPORT-TYPE = 'Delivery-Status'"), "report-type"
    ) == ("delivery-status")
