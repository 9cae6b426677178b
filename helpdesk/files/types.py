"""What kind of file the bytes are: a short list, read from the bytes alone, never believed of a client."""

import codecs
import re
from typing import BinaryIO

from PIL import Image

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
RASTER = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"PK\x03\x04": "application/zip",
    b"PK\x05\x06": "application/zip",  # an empty one
}
MOST_PIXELS = 50_000_000  # more would cost a browser its memory
LOOKED_AT = 65_536
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def is_inline_image(content_type: str) -> bool:
    """Whether a browser may show it in a page: only pictures made of pixels."""
    return content_type in RASTER.values()


def content_type(content: BinaryIO) -> str:
    """The kind of an open file, which is left at its beginning."""
    try:
        beginning = content.read(LOOKED_AT)
        content.seek(0)
        for signature, kind in SIGNATURES.items():
            if beginning.startswith(signature):
                return kind
        return _picture(content) or (TEXT if _is_text(beginning) else UNKNOWN)
    finally:
        content.seek(0)


def _picture(content: BinaryIO) -> str | None:
    try:
        with Image.open(content, formats=list(RASTER)) as picture:
            width, height = picture.size
            return RASTER[str(picture.format)] if width * height <= MOST_PIXELS else UNKNOWN
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ):  # what its readers raise on nonsense
        return None


def _is_text(beginning: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(
            beginning
        )  # a character cut in two is none of it
    except UnicodeDecodeError:
        return False
    return not _NOT_IN_TEXT.search(text)
