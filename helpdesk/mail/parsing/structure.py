"""The tree of a mail's parts: cut with offsets from its bytes, so that a forwarded mail keeps exactly its own.

The standard parser is not used: it takes every line through every level (hours for a hostile nest), gives up some
three hundred levels deep, and writes forwarded mails anew. What reads meaning gets `email.message.Message` from here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from helpdesk.mail.parsing import signed
from helpdesk.mail.parsing.charsets import decoded
from helpdesk.mail.parsing.headers import split_off, words
from helpdesk.mail.parsing.parameters import disposition, media_type, parameters
from helpdesk.mail.parsing.transfer import without_encoding

DEEPEST = 40
MOST_PARTS = 1_000
LONGEST_BOUNDARY = 200
MESSAGES = {"message/rfc822", "message/global", "message/news"}
_ENVELOPE = re.compile(rb">?From [^\r\n]*\r*\n")
_FIRST_DASHES = re.compile(rb"^--([!-~]{1,200}?)[ \t]*\r*$", re.MULTILINE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


@dataclass(slots=True)
class Budget:
    """How many parts one mail may still open, and whether that was not enough."""

    parts: int = MOST_PARTS
    is_spent: bool = False

    def takes(self, depth: int) -> bool:
        """Whether one more part, this deep, is read."""
        self.parts -= 1
        self.is_spent = self.is_spent or self.parts < 0 or depth > DEEPEST
        return not self.is_spent


@dataclass
class Part:
    """A node of the tree: header fields, and either parts below it or bytes."""

    fields: list[tuple[str, str]]
    body: bytes = field(repr=False)
    default_type: str = "text/plain"
    children: list["Part"] = field(default_factory=list)
    preamble: bytes = field(default=b"", repr=False)

    def field(self, name: str) -> str:
        """The first field of this name, as it was sent; "" without one."""
        return next((value for given, value in self.fields if given.lower() == name), "")

    @cached_property
    def content_type(self) -> str:
        """Lower case, without parameters."""
        return media_type(self.field("content-type"), self.default_type)

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Of its content type."""
        return parameters(self.field("content-type"))

    @cached_property
    def disposition(self) -> str:
        """attachment, inline, another word, or ""."""
        return disposition(self.field("content-disposition"))

    @cached_property
    def filename(self) -> str:
        """As the sender wrote it; "" where nobody named it."""
        named = parameters(self.field("content-disposition"))
        return named.get("filename") or self.parameters.get("name") or named.get("name") or ""

    @cached_property
    def content_id(self) -> str:
        """Without angle brackets."""
        return words(self.field("content-id")[:1_000]).strip().strip("<>").strip()

    @property
    def is_multipart(self) -> bool:
        """It holds parts and nothing else."""
        return bool(self.children) and self.content_type not in MESSAGES

    @property
    def content(self) -> bytes:
        """Its bytes, transfer encoding removed."""
        return without_encoding(self.body, self.field("content-transfer-encoding"))

    @property
    def charset(self) -> str:
        """As the part claims; "" where it says nothing."""
        return self.parameters.get("charset", "")

    @property
    def text(self) -> str:
        """Its characters."""
        content = self.content
        label = self.charset
        if not label and self.content_type == "text/html" and (meta := _META_CHARSET.search(content[:4_000])):
            label = meta.group(1).decode("ascii")
        return decoded(content, label)

    def walk(self) -> "Iterator[Part]":
        """This part and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(raw: bytes, budget: Budget) -> Part:
    """The parts of a mail."""
    whole = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in whole:
        whole = whole.replace(b"\r", b"\n")  # of an old Macintosh
    whole = whole.lstrip(b"\r\n\t ")
    envelope = _ENVELOPE.match(whole)
    return _part(whole[envelope.end() :] if envelope else whole, "text/plain", budget, 0)


def _part(raw: bytes, default_type: str, budget: Budget, depth: int) -> Part:
    fields, body = split_off(raw)
    part = Part(fields, body, default_type)
    kind = part.content_type
    if kind.startswith("multipart/") and budget.takes(depth):
        _open_multipart(part, budget, depth)
    elif kind in MESSAGES and budget.takes(depth):
        part.children = [_part(part.content.lstrip(b"\r\n"), "text/plain", budget, depth + 1)]
    elif kind in signed.TYPES and (inner := signed.signed_content(part.content)) and budget.takes(depth):
        part.children = [_part(inner, "text/plain", budget, depth + 1)]
    return part


def _open_multipart(part: Part, budget: Budget, depth: int) -> None:
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    body = part.body
    pieces = _pieces(body, part.parameters.get("boundary", ""))
    if len(pieces) < 2 and part.field("content-transfer-encoding"):
        body = part.content
        pieces = _pieces(body, part.parameters.get("boundary", ""))
    if len(pieces) > 1:
        part.preamble = pieces[0]
    for piece in pieces[1:]:
        if not budget.takes(depth + 1):
            return
        part.children.append(_part(piece, default, budget, depth + 1))


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """What stands before the first boundary, then each part; only the former where there is no boundary."""
    name = boundary[:LONGEST_BOUNDARY].encode("utf-8", "surrogateescape")
    found = _cut(body, name) if name else []
    if len(found) < 2 and (dashes := _FIRST_DASHES.search(body)) is not None:
        found = _cut(body, dashes.group(1))
    return found


def _cut(body: bytes, boundary: bytes) -> list[bytes]:
    pieces: list[bytes] = []
    start: int | None = 0
    for line in re.finditer(rb"^--%s(--)?[ \t]*\r*(?:\n|\Z)" % re.escape(boundary), body, re.MULTILINE):
        if start is not None:
            pieces.append(_without_last_break(body[start : line.start()]))
        start = None if line.group(1) and pieces else line.end()
    if start is not None and (rest := body[start:]).strip():
        pieces.append(rest)
    return pieces


def _without_last_break(piece: bytes) -> bytes:
    """A line break before a boundary belongs to the boundary (RFC 2046, 5.1.1)."""
    return piece[:-1].rstrip(b"\r") if piece.endswith(b"\n") else piece
