"""Fields of addresses: what is an address in them, and what is not to be taken for one (CVE-2023-27043)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpdesk.mail.parsing.headers import shown, words
from helpdesk.mail.parsing.parsed import Mailbox

MOST = 2_000  # addresses of one field that are kept
LONGEST = 320  # characters: 64 before the @, 255 behind it (RFC 5321)
LONGEST_ROUTE = 1_000
LONGEST_NAME = 500

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|\\.|[,;][,;\s]*|[()<>:"\\=]|[^()<>,;:"\\=]+',
    re.DOTALL,
)
_WITHOUT_QUOTES = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|[,;][,;\s]*|[()<>:=]|[^()<>,;:=]+")
_LOCAL = re.compile(r'[^\s()<>\[\]:;@\\,"\x00-\x1f\x7f\ufffd]+|"(?:[^"\\\r\n\x00]|\\[^\r\n\x00])+"')
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?|_[\w-]*[^\W_]"
_DOMAIN = re.compile(rf"(?:{_LABEL})(?:\.(?:{_LABEL}))*|\[[0-9A-Fa-f:.IPv]{{2,60}}\]")
_ROUTE = re.compile(r"(?:@[^@:,\s]{1,255}[\s,]*)+:")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True)
class _Piece:
    """What stands between two commas."""

    phrase: list[str] = field(default_factory=list)
    angles: list[list[str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    has_at: bool = False
    """In its phrase."""
    is_inside: bool = False
    """Of angle brackets, at the moment."""

    def add(self, sign: str) -> None:
        """The next quoted text, word or special."""
        if sign == "<":
            if not self.is_inside:
                self.angles.append([])
            self.is_inside = True
        elif sign == ">" and self.is_inside:
            self.is_inside = False
        elif self.is_inside:
            self.angles[-1].append(sign)
        elif sign == ":" and not self.has_at:
            self.phrase.clear()  # the name of a group
        else:
            self.phrase.append(sign)
            self.has_at = self.has_at or "@" in sign

    @property
    def is_route(self) -> bool:
        """Now comes `<@one,@two:person@three>`, the oldest way to say how to get there."""
        return self.is_inside and "".join(self.angles[-1][:2]).lstrip().startswith("@")

    def __bool__(self) -> bool:
        return bool(self.angles or "".join(self.phrase).strip())


class _OpenComment(Exception):
    """A bracket that nothing closes is no comment."""


def mailboxes(value: str, charset: str = "") -> tuple[list[Mailbox], str]:
    """The addresses of a field in order, and what was wrong with it ("" for nothing).

    Where a piece names two addresses at once nobody can say which is meant: it is none.
    """
    try:
        return _kept(_pieces(value, with_comments=True), charset)
    except _OpenComment:
        return _kept(_pieces(value, with_comments=False), charset)


def _kept(pieces: Iterator[_Piece], charset: str) -> tuple[list[Mailbox], str]:
    found: list[Mailbox] = []
    problem = ""
    for piece in pieces:
        if len(found) == MOST:
            return found, f"names more than {MOST} addresses"
        box = _mailbox(piece, charset)
        if box is not None:
            found.append(box)
        elif piece:
            problem = "holds what is not an address"
    return found, problem


def _pieces(value: str, *, with_comments: bool) -> Iterator[_Piece]:
    piece = _Piece()
    depth = 0
    for sign in _tokens(value):
        if depth or (sign == "(" and with_comments):
            depth += (sign == "(") - (sign == ")")
            if depth and len(piece.comments) < LONGEST_NAME:
                piece.comments.append(sign if depth > 1 or sign != "(" else "")
        elif sign[0] in ",;" and (";" in sign or not piece.is_route):
            yield piece
            piece = _Piece()
        else:
            piece.add(sign)
    if depth:
        raise _OpenComment
    yield piece


def _tokens(value: str) -> Iterator[str]:
    """Quoted texts, encoded words, specials and the runs between them; a quote that never ends is none."""
    at, pattern = 0, _TOKEN
    while (found := pattern.match(value, at)) is not None:
        at = found.end()
        if found.group() == '"':
            pattern = _WITHOUT_QUOTES
        else:
            yield found.group()


def _mailbox(piece: _Piece, charset: str) -> Mailbox | None:
    phrase = "".join(piece.phrase).strip()
    angles = {text for angle in piece.angles if "@" in (text := "".join(angle).strip())}
    if len(angles) > 1:
        return None
    if angles:
        address, name = angles.pop(), piece.phrase
        if "@" in phrase and set("()[]\\").intersection("".join(_unquoted(piece.phrase))):
            return None
    elif piece.angles and "@" not in phrase:
        return None
    elif _address(phrase):
        address, name = phrase, []
    else:
        before, _space, address = phrase.replace("\t", " ").rpartition(" ")
        if "@" in before:
            return None
        name = [before]
    clean = _address(address)
    return Mailbox(clean, _name(name, charset) or _name(piece.comments, charset)) if clean else None


def _unquoted(tokens: list[str]) -> Iterator[str]:
    return (token for token in tokens if not token.startswith('"'))


def _address(text: str) -> str:
    """The address, where this is exactly one (RFC 5322 addr-spec); else ""."""
    if len(text) > LONGEST_ROUTE:
        return ""
    plain = shown(_ROUTE.sub("", text.strip().strip("'"), count=1)).removeprefix("mailto:").strip()
    local, at, domain = plain.rpartition("@")
    local, domain = local.strip(), domain.strip().rstrip(".")
    if not at or len(plain) > LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return ""
    return f"{local}@{domain}"


def _name(tokens: list[str], charset: str) -> str:
    """The words before or behind an address, on one line."""
    plain = "".join(
        _ESCAPED.sub(r"\1", token[1:-1] if token.startswith('"') and len(token) > 1 else token)
        for token in tokens[:LONGEST_NAME]
    )
    name = words(plain, charset)[:LONGEST_NAME].strip(" >")
    is_wrapped = len(name) > 1 and name[0] == name[-1] and name[0] in "'\""
    return name[1:-1].strip() if is_wrapped else name
