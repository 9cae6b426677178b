"""Content-Type and Content-Disposition: a value and its parameters (RFC 2045, 2231), as mailers really write them."""

import re
from urllib.parse import unquote_to_bytes

from helpdesk.mail.parsing.charsets import decoded
from helpdesk.mail.parsing.headers import words

LONGEST = 16_384  # characters that are read
_FOLD = re.compile(r"[\r\n]+")
_KIND = re.compile(r"[ \t]*([^\s;/\"]{1,100})[ \t]*/[ \t]*([^\s;/\",=]{1,100})")
_GAP = re.compile(r"[\s;]*")
_NAME = re.compile(r"([^\s=;\"*]{1,100})(?:\*(\d{1,3}))?(\*)?\s*=\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BARE = re.compile(r"[^;]*")


def media_type(value: str, default: str) -> str:
    """`text/plain`, lower case; `default` where there is none to read."""
    found = _KIND.match(_FOLD.sub(" ", value[:LONGEST]))
    return f"{found.group(1)}/{found.group(2)}".lower() if found else default


def disposition(value: str) -> str:
    """`attachment`, `inline` or another word, lower case."""
    return value[:LONGEST].partition(";")[0].strip().strip('"').lower()


def parameters(value: str) -> dict[str, str]:
    """Parameters by lower-case name; pieces of RFC 2231 put together and decoded; the first of a name counts."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, number, is_encoded, text in _split(_FOLD.sub(" ", value[:LONGEST])):
        pieces.setdefault(name, []).append((number, is_encoded, text))
    return {name: _joined(found) for name, found in pieces.items()}


def _split(value: str) -> "list[tuple[str, int, bool, str]]":
    """(name, number of the piece or -1, whether it is percent-encoded, text) of each."""
    found: list[tuple[str, int, bool, str]] = []
    at = value.find(";")
    while 0 <= at < len(value):
        gap = _GAP.match(value, at)
        start = gap.end() if gap else at
        name = _NAME.match(value, start)
        if name is None:
            at = value.find(";", start)
            continue
        quoted = _QUOTED.match(value, name.end())
        text = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else ""
        if quoted is None:
            bare = _BARE.match(value, name.end())
            text = bare.group().strip().strip('"') if bare else ""
        number = int(name.group(2)) if name.group(2) else -1
        found.append((name.group(1).lower(), number, bool(name.group(3)), text))
        at = value.find(";", quoted.end() if quoted else name.end())
    return found


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """One text: the RFC 2231 form wins over the plain one, as RFC 5987 and 6266 ask."""
    extended = sorted((piece for piece in pieces if piece[0] >= 0 or piece[1]), key=lambda piece: piece[0])
    if not extended:
        return words(pieces[0][2])
    charset, first = "", extended[0]
    if first[1] and first[2].count("'") >= 2:
        charset, _language, rest = first[2].split("'", 2)
        extended[0] = (first[0], True, rest)
    if not any(is_encoded for _number, is_encoded, _text in extended):
        return words("".join(text for _number, _is_encoded, text in extended))
    written = (
        (is_encoded, text.encode("utf-8", "surrogateescape")) for _number, is_encoded, text in extended
    )
    content = b"".join(unquote_to_bytes(text) if is_encoded else text for is_encoded, text in written)
    return words(decoded(content, charset))
