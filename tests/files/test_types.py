"""What kind of file bytes are."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from PIL import Image

from helpdesk.files.types import LOOKED_AT, TEXT, UNKNOWN, content_type, is_inline_image


def picture(kind: str) -> bytes:
    made = BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, kind)
    return made.getvalue()


def archive() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("a.txt", "hello")
    return made.getvalue()


def huge_png() -> bytes:
    """A few bytes that claim to be 40,000 pixels square."""
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    "content, kind",
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (picture("BMP"), UNKNOWN),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (archive(), "application/zip"),
        ("Grüße\n".encode(), TEXT),
        (b"<html><script>alert(1)</script>", TEXT),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", TEXT),
        ("ü".encode() * LOOKED_AT, TEXT),
        (b"x" + "ü".encode() * LOOKED_AT, TEXT),
        (b"", TEXT),
        (b"\x00\x01\x02", UNKNOWN),
        (b"text\x07with a bell", UNKNOWN),
        (b"\xff\xfe\xfd", UNKNOWN),
        (b"\x89PNG\r\n\x1a\nbut nothing more", UNKNOWN),
        (b"GIF89a<script>alert(1)</script>", TEXT),
        (huge_png(), UNKNOWN),
    ],
)
def test_the_bytes_say_what_they_are(content: bytes, kind: str) -> None:
    file = BytesIO(content)

    assert content_type(file) == kind
    assert file.tell() == 0


def test_only_pictures_of_pixels_are_shown_in_pages() -> None:
    shown = [
        kind
        for kind in ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml", TEXT, UNKNOWN]
        if is_inline_image(kind)
    ]

    assert shown == ["image/png", "image/jpeg", "image/gif", "image/webp"]
