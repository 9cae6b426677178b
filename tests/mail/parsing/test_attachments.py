"""Which parts of a mail are files, and what they are called."""

import base64
import struct

import pytest

from helpdesk.mail.parsing import ParsedMail, parse
from helpdesk.mail.parsing.rtf import decompressed
from tests.support.sample_mails import SAMPLES


def with_part(part: bytes, kind: str = "mixed") -> ParsedMail:
    head = f"From: a@example.org\r\nContent-Type: multipart/{kind}; boundary=xx\r\n\r\n--xx\r\n\r\nwords\r\n--xx\r\n"
    return parse(head.encode() + part + b"\r\n--xx--\r\n")


@pytest.mark.parametrize(
    "fields, name",
    [
        (b"Content-Disposition: attachment; filename=plain.bin", "plain.bin"),
        (b'Content-Disposition: attachment; filename="a; \\"b\\".bin"', 'a; "b".bin'),
        (
            b"Content-Disposition: attachment; filename*=utf-8'de'gr%C3%BC%C3%9Fe.bin; filename=x.bin",
            "grüße.bin",
        ),
        (
            b"Content-Disposition: attachment; filename*1*=%9Fe.bin; filename*0*=utf-8''gr%C3%BC%C3",
            "grüße.bin",
        ),
        (b'Content-Disposition: attachment; filename*0="one"; filename*1="two.bin"', "onetwo.bin"),
        (b'Content-Disposition: attachment; filename="=?utf-8?q?gr=C3=BC=C3=9Fe.bin?="', "grüße.bin"),
        ('Content-Disposition: attachment; filename="grüße.bin"'.encode(), "grüße.bin"),
        (b"Content-Disposition: attachment; filename=with spaces in it.bin", "with spaces in it.bin"),
        (b"Content-Disposition: attachment; filename=../../etc/passwd", "passwd"),
        (b"Content-Disposition: attachment; filename=C:\\\\temp\\\\a.bin", "a.bin"),
        ("Content-Disposition: attachment; filename=gpj.\u202eexe".encode(), "gpj.exe"),
        (b"Content-Type: application/pdf; name=report.pdf", "report.pdf"),
        (b"Content-Type: application/pdf", "application.pdf"),
        (b"Content-Type: image/png", "image.png"),
        (b"Content-Type: text/calendar", "invitation.ics"),
        (b"Content-Type: nonsense; charset=\r\nContent-Disposition: attachment", "text.txt"),
    ],
)
def test_a_file_has_the_name_its_sender_meant(fields: bytes, name: str) -> None:
    (file,) = with_part(fields + b"\r\n\r\ncontent").attachments

    assert file.filename == name


@pytest.mark.parametrize(
    "kind, label",
    [
        (b"application/pgp-signature", "signature"),
        (b"application/pkcs7-mime; smime-type=enveloped-data", "encrypted"),
        (b"application/pkcs7-mime; smime-type=signed-data", "signature"),
        (b"text/calendar; method=REQUEST", "calendar"),
        (b"message/rfc822", "message"),
        (b"application/pdf", ""),
    ],
)
def test_files_that_are_more_than_files_are_labelled(kind: bytes, label: str) -> None:
    (file,) = with_part(b"Content-Type: " + kind + b"\r\n\r\ncontent").attachments

    assert file.label == label


def test_signed_and_encrypted_parts_are_kept_by_their_place() -> None:
    signature = with_part(b"Content-Type: application/x-strange\r\n\r\nsig", "signed").attachments
    encrypted = with_part(b"Content-Type: application/octet-stream\r\n\r\nsecret", "encrypted").attachments

    assert [(file.label, file.content) for file in signature] == [("signature", b"sig")]
    assert [(file.label, file.content) for file in encrypted] == [
        ("encrypted", b"words"),
        ("encrypted", b"secret"),
    ]


def test_a_mail_within_a_mail_keeps_its_very_bytes() -> None:
    inner = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nX-Odd:  two  spaces \r\n\r\nbody \r\n"

    (file,) = with_part(b"Content-Type: message/rfc822\r\n\r\n" + inner).attachments

    assert (file.filename, file.content_type, file.content) == ("Grüße.eml", "message/rfc822", inner)


def test_pictures_that_stand_in_the_html_are_inline() -> None:
    found = parse(SAMPLES[1])

    assert [(file.filename, file.is_inline, file.content_id, file.label) for file in found.attachments] == [
        ("dot.gif", True, "pic@example.org", ""),
        ("€rechnung.pdf", False, "", ""),
        ("The first one.eml", False, "", "message"),
        ("invitation.ics", False, "", "calendar"),
    ]
    assert '<img src="cid:pic@example.org" alt="the picture">' in found.html


def test_a_file_written_into_the_text_is_taken_out_of_it() -> None:
    found = parse(SAMPLES[4])

    assert [(file.filename, file.content) for file in found.attachments] == [("hello.txt", b"Hello there!")]
    assert found.text == "Here it is:\nBye"


def attribute(level: int, name: int, kind: int, content: bytes) -> bytes:
    return (
        struct.pack("<BHHI", level, name, kind, len(content))
        + content
        + struct.pack("<H", sum(content) & 0xFFFF)
    )


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


FILE = (
    attribute(2, 0x9002, 6, b"\0" * 14),
    attribute(2, 0x8010, 1, b"offer.txt\0"),
    attribute(2, 0x800F, 6, b"cheap"),
)


def packed(content: bytes) -> bytes:
    return (
        b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
    )


def test_what_outlook_hides_in_winmail_dat_is_found() -> None:
    found = with_part(packed(winmail(attribute(1, 0x9007, 6, b"\xe4\x04\0\0\0\0\0\0"), *FILE)))

    assert [(file.filename, file.content_type, file.content, file.label) for file in found.attachments] == [
        ("offer.txt", "text/plain", b"cheap", "winmail")
    ]


def test_words_in_a_winmail_dat_count_where_there_are_no_others() -> None:
    content = winmail(attribute(1, 0x800C, 2, b"from within\0"))

    found = parse(b"From: a@example.org\r\n" + packed(content))

    assert found.text == "from within"


def test_a_winmail_dat_that_cannot_be_opened_stays_as_it_is() -> None:
    found = with_part(packed(winmail(*FILE)[:-9] + b"\xff" * 9))
    broken = with_part(packed(b"\x00" * 50))

    assert [file.filename for file in broken.attachments] == ["application"]
    assert broken.problems == ("A winmail.dat could not be opened.",)
    assert len(found.attachments) == 1


def test_compressed_rtf_is_unpacked() -> None:
    # the example of [MS-OXRTFCP], 4.1.1
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )

    assert decompressed(example) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompressed(b"") == b""
    assert decompressed(struct.pack("<II4sI", 17, 5, b"MELA", 0) + b"{\\rtf") == b"{\\rtf"
