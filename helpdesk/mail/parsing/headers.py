"""Header fields: split from the body, unfolded, and their encoded words (RFC 2047) decoded."""

import re

from helpdesk.core.html import clean_text
from helpdesk.mail.parsing.charsets import decoded
from helpdesk.mail.parsing.transfer import unpacked

LONGEST = 65_536  # bytes of a field that are read; longer ones are made to tire their reader
LONGEST_LIST = 250_000  # bytes of a field of addresses, more than are kept of one
MOST = 2_000  # fields

_END = re.compile(rb"(?:\A|\n)\r*\n")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN = re.compile(
    rb"^(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|received|return-path"
    rb"|mime-version|content-[a-z-]{1,40}|x-[a-z0-9-]{1,40}|delivered-to|auto-submitted|precedence|list-[a-z]{1,20})"
    rb"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_LISTS = {"from", "to", "cc", "bcc", "reply-to"}
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?")
_FOLD = re.compile(r"[\r\n][ \t\r\n]*")
_CONTROLS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")
_ESCAPED = re.compile(rb"=([0-9A-Fa-f]{2})")


def split_off(raw: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Fields as (name, value) in order, and the body behind the first empty line.

    A value keeps its folds; bytes beyond ASCII are surrogates in it (PEP 383). A line that is no field and stands
    before known ones belongs to the field above it; where none follows, the body has begun without an empty line.
    """
    end = _END.search(raw)
    block, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    last_known = max((found.start() for found in _KNOWN.finditer(block)), default=-1)
    fields: list[tuple[str, list[bytes]]] = []
    at = 0
    for line in block.split(b"\n"):
        field = _FIELD.match(line)
        if field:
            fields.append((field.group(1).decode("ascii"), [line[field.end() :]]))
        elif line.startswith((b" ", b"\t")) or at < last_known:
            if fields and _goes_on(*fields[-1], line):
                fields[-1][1].append(b" " + line)
        elif line.strip():
            return _texts(fields), raw[at:]
        at += len(line) + 1
    return _texts(fields), body


def _goes_on(name: str, lines: list[bytes], line: bytes) -> bool:
    """Whether a line belongs to the field above it; an address would be spoilt by one that does not."""
    return line.startswith((b" ", b"\t")) or name.lower() not in _LISTS or lines[-1].rstrip().endswith(b",")


def _texts(fields: list[tuple[str, list[bytes]]]) -> list[tuple[str, str]]:
    return [
        (name, _shortened(name, lines).decode("ascii", "surrogateescape")) for name, lines in fields[:MOST]
    ]


def _shortened(name: str, lines: list[bytes]) -> bytes:
    value = b"\n".join(lines)
    if name.lower() not in _LISTS:
        return value[:LONGEST]
    # half an address is another one
    return value if len(value) <= LONGEST_LIST else value[:LONGEST_LIST].rpartition(b",")[0]


def words(value: str, charset: str = "") -> str:
    """A field's value as people read it: on one line, encoded words decoded.

    Bytes that are in no encoded word are UTF-8, else of the `charset` the rest of the mail is in.
    """
    return _CONTROLS.sub(" ", _decoded_words(_FOLD.sub(" ", value), charset)).strip() if value else ""


def _decoded_words(text: str, charset: str) -> str:
    """Encoded words replaced; neighbours of one charset are joined before decoding: some split a character."""
    parts: list[str] = []
    held: tuple[str, bytes] = ("", b"")
    at = 0
    while (found := _next_word(text, at)) is not None:
        start, end, label, content = found
        between = text[at:start]
        if not held[0] or between.strip() or held[0] != label:
            parts.append(decoded(held[1], held[0]) if held[0] else "")
            parts.append(shown(between, charset) if between.strip() or not held[0] else "")
            held = (label, b"")
        held = (label, held[1] + content)
        at = end
    if held[0]:
        parts.append(decoded(held[1], held[0]))
    parts.append(shown(text[at:], charset))
    return "".join(parts)


def _next_word(text: str, at: int) -> tuple[int, int, str, bytes] | None:
    """Start, end, charset and bytes of the next encoded word."""
    while (start := _WORD.search(text, at)) is not None:
        end = text.find("?=", start.end())
        if end < 0:
            return None
        charset, encoding = start.group(1).partition("*")[0].lower() or "us-ascii", start.group(2).lower()
        content = text[start.end() : end].encode("utf-8", "surrogateescape")
        return start.start(), end + 2, charset, (unpacked if encoding == "b" else _unquoted)(content)
    return None


def _unquoted(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes((int(found.group(1), 16),)), content.replace(b"_", b" "))


def shown(text: str, charset: str = "") -> str:
    """Text whose bytes beyond ASCII are surrogates, with the characters they mean."""
    if text.isascii():
        return text
    content = text.encode("utf-8", "surrogateescape")
    try:
        return clean_text(content.decode("utf-8"))
    except UnicodeError:
        return decoded(content, charset)
