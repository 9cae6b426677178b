"""Content-Transfer-Encoding: what was sent, out of what was made of it for the way."""

import base64
import binascii
import re

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_PLAIN_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]*={0,2}\s*")
_UUENCODED = {"x-uuencode", "uuencode", "uue", "x-uue"}
_BEGIN_OR_END = re.compile(
    rb"^(?:begin [0-7]{3,4} ([^\r\n]{1,255})\r*\n|end[ \t]*\r*(?:\n|\Z))", re.MULTILINE
)
MOST_FILES = 100


def without_encoding(body: bytes, encoding: str) -> bytes:
    """The bytes; an unknown encoding, and one that is plainly not there, change nothing."""
    name = encoding[:200].strip().strip("\"';").lower()
    if name == "base64":
        return from_base64(body)
    if name == "quoted-printable":
        return binascii.a2b_qp(body)
    if name in _UUENCODED:
        _rest, files = _without_blocks(body)
        return files[0][1] if files else body
    return body


def from_base64(body: bytes) -> bytes:
    """Base64, however it was cut; lines of somebody's footer among it are left out."""
    if not _PLAIN_BASE64.fullmatch(body):
        if not _PLAIN_BASE64.fullmatch(body.lstrip().partition(b"\n")[0]):
            return body  # it says so, and is not
        body = b"\n".join(line for line in body.split(b"\n") if b" " not in line.strip())
    return unpacked(body)


def unpacked(content: bytes) -> bytes:
    """Base64 in pieces that each end in "=", without padding, or with foreign characters."""
    found: list[bytes] = []
    for piece in content.split(b"="):
        plain = piece.translate(None, _NOT_BASE64)
        plain = plain[:-1] if len(plain) % 4 == 1 else plain
        found.append(base64.b64decode(plain + b"=" * (-len(plain) % 4)))
    return b"".join(found)


def from_uuencoded(lines: bytes) -> bytes:
    """The bytes of a uuencoded block; a line that is broken gives what can be read of it."""
    found: list[bytes] = []
    for line in lines.splitlines():
        if not line.strip() or line.strip() == b"`":
            continue
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:  # some encoders count the bytes of the last line wrongly
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                found.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(found)


def uuencoded_files(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without the files somebody wrote into it as `begin 644 name`, and these."""
    if "begin " not in text or "\nend" not in text:
        return text, []
    rest, files = _without_blocks(text.encode("utf-8", "replace"))
    return rest.decode("utf-8", "replace") if files else text, files


def _without_blocks(content: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    files: list[tuple[str, bytes]] = []
    kept: list[bytes] = []
    begin: re.Match[bytes] | None = None
    at = 0
    for line in _BEGIN_OR_END.finditer(content):
        if line.group(1):
            begin = line  # the last one counts: text may quote the first
        elif begin and len(files) < MOST_FILES:
            if inner := from_uuencoded(content[begin.end() : line.start()]):
                kept.append(content[at : begin.start()])
                files.append((begin.group(1).decode("utf-8", "replace").strip(), inner))
                at = line.end()
            begin = None
    return b"".join([*kept, content[at:]]), files
