"""Header fields as they go out (RFC 5322, 2047): written here, letter by letter, so that no value becomes another one.

The standard library folds long addresses and Message-IDs in ways that other programs read as something else.
"""

import re
from base64 import b64encode
from collections.abc import Iterable

from helpdesk.core.lines import one_line

LONGEST_NAME = 100
LONGEST_SUBJECT = 200
LINE = 76
_ENCODED = 39
"""Bytes in one encoded word: its line, field name included, stays below 76 characters."""
_MESSAGE_ID = re.compile(r"<[^<>\s@\x00-\x20\x7f-\uffff]{1,200}@[^<>\s\x00-\x20\x7f-\uffff]{1,200}>")
_UNSTRUCTURED = re.compile(r"[\x21-\x7e]+( [\x21-\x7e]+)*")
_SPECIAL = re.compile(r'(["\\])')


def field(name: str, value: str) -> str:
    """One header field with its line end; `value` is folded already."""
    return f"{name}: {value}\r\n"


def text(value: str) -> str:
    """Words of people as an unstructured value, such as a subject."""
    line = as_line(value, LONGEST_SUBJECT)
    if _UNSTRUCTURED.fullmatch(line) and max(map(len, line.split())) < LINE:
        return _folded(line.split())
    return _encoded(line)


def address(name: str, email: str) -> str:
    """One mailbox: a name, quoted or encoded, and an address that accounts.addresses has accepted."""
    if not (shown := as_line(name, LONGEST_NAME)):
        return f"<{email}>"
    if shown.isascii():
        quoted = _SPECIAL.sub(r"\\\1", shown)
        return f'"{quoted}" <{email}>'
    return f"{_encoded(shown)}\r\n <{email}>"


def addresses(all_: Iterable[tuple[str, str]]) -> str:
    """Several mailboxes, one a line."""
    return ",\r\n ".join(address(name, email) for name, email in all_)


def message_ids(ids: Iterable[str]) -> str:
    """Message-IDs, one a line; what is none is left out."""
    return "\r\n ".join(each for each in ids if is_message_id(each))


def is_message_id(value: str) -> bool:
    """Whether it can stand in References as it is."""
    return bool(_MESSAGE_ID.fullmatch(value))


def as_line(value: str, longest: int) -> str:
    """Text as it may stand in a header: one line, and no encoded word that would turn into another one."""
    return one_line(value).replace("=?", "= ?")[:longest].strip()


def wire(email: str, key: str) -> str:
    """An address as servers take it: the domain in its ASCII form, which its normalised spelling has."""
    return f"{email.rpartition('@')[0]}@{key.rpartition('@')[2]}"


def _folded(words: Iterable[str]) -> str:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) < LINE - 10:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\r\n ".join(lines)


def _encoded(line: str) -> str:
    """Encoded words of whole characters, each on a line of its own: readers join them without a gap."""
    pieces = [b""]
    for character in line:
        raw = character.encode("utf-8", "replace")
        if len(pieces[-1]) + len(raw) > _ENCODED:
            pieces.append(b"")
        pieces[-1] += raw
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in pieces)
