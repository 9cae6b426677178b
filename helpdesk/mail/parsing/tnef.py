"""winmail.dat, in which Outlook hides files and words (MS-OXTNEF)."""

import logging
from dataclasses import dataclass, field

from tnefparse import TNEF

from helpdesk.mail.parsing.charsets import decoded
from helpdesk.mail.parsing.rtf import decompressed

MAGIC = bytes.fromhex("789f3e22")
TYPES = {"application/ms-tnef", "application/vnd.ms-tnef"}
DEEPEST = 5
logging.getLogger("tnef-decode").setLevel(
    logging.CRITICAL
)  # what it cannot read is told as a problem of the mail


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was in it."""

    files: list[tuple[str, bytes]] = field(default_factory=list)
    text: str = ""
    markup: str = ""


def unpacked(content: bytes, depth: int = 0) -> Unpacked | None:
    """Its files and words; None where it cannot be read."""
    if not content.startswith(MAGIC) or depth > DEEPEST:
        return None
    try:
        found = TNEF(content, do_checksum=False)
        named = [(_text(each.long_filename()), bytes(each.data)) for each in found.attachments]
        rtf = decompressed(bytes(found._rtfbody or b""))  # its public face needs one more package
    except Exception:  # foreign code over foreign bytes: the file stays as it is
        return None
    files: list[tuple[str, bytes]] = []
    for name, data in (each for each in named if any(each)):
        inner = unpacked(data, depth + 1)
        files += _flat(name, inner) if inner else [(name, data)]
    if rtf:
        files.append(("message.rtf", rtf))
    return Unpacked(files, _text(found.body), _text(found.htmlbody))


def _flat(name: str, inner: Unpacked) -> list[tuple[str, bytes]]:
    """A message within the message: its words as a file before its files."""
    words = inner.text or inner.markup
    kind = "txt" if inner.text else "html"
    return [*([(f"{name or 'message'}.{kind}", words.encode())] if words.strip() else []), *inner.files]


def _text(found: object) -> str:
    while isinstance(found, list | tuple) and found:
        found = found[0]
    if isinstance(found, bytes):
        found = decoded(found)
    return found.strip("\x00") if isinstance(found, str) else ""
