"""Mails whose signer hid their words inside of the signature."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from helpdesk.mail.parsing import parse
from helpdesk.mail.parsing.signed import signed_content

SHORT = bytes.fromhex("301206092a864886f70d010702a0053003020101")
PART = b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n"


def signature(content: bytes, options: Sequence[pkcs7.PKCS7Options]) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Carl")])
    now = datetime(2026, 11, 1, tzinfo=UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(Encoding.DER, options)


def test_the_words_inside_are_read_and_the_signature_kept() -> None:
    der = signature(PART, [pkcs7.PKCS7Options.Binary])
    head = b"From: a@example.org\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n"

    found = parse(head + der)

    assert found.text == "Grüße"
    assert [(file.filename, file.label, file.content) for file in found.attachments] == [
        ("smime.p7m", "signature", der)
    ]


def test_a_signature_beside_its_words_holds_none() -> None:
    assert signed_content(signature(PART, [pkcs7.PKCS7Options.DetachedSignature])) is None


def test_lengths_that_are_told_at_the_end_and_words_in_pieces() -> None:
    pieces = b"\x24\x80" + b"\x04\x03abc" + b"\x04\x02de" + b"\0\0"
    content = b"\x30\x80\x06\x01\x2a\xa0\x80" + pieces + b"\0\0\0\0"
    inner = b"\x30\x80\x02\x01\x01\x31\x00" + content + b"\0\0"
    whole = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80" + inner + b"\0\0\0\0"

    assert signed_content(whole) == b"abcde"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80" * 5_000,
        b"\x30\xff",
        b"\x1f" * 9,
        b"\x30\x03\x06\x01\x2a",
        SHORT,
        b"0\x80" + b"\x04\0" * 200_000,
    ],
)
def test_what_is_broken_holds_nothing(data: bytes) -> None:
    assert signed_content(data) is None
