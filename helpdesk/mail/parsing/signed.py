"""What is signed inside of an application/pkcs7-mime part (RFC 8551, 3.5.2): the words of a mail whose signer hid them.

Nothing is verified: the signature stays beside them as a file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

TYPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
DEEPEST = 12
MOST = 100_000  # elements
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _OID, _OCTETS, _CONSTRUCTED_OCTETS, _CONTEXT_0 = 0x30, 0x06, 0x04, 0x24, 0xA0


class _Broken(Exception):
    """These bytes are no BER, or more of it than anybody sends."""


@dataclass(frozen=True, slots=True)
class _Element:
    """A tag and where its content stands (X.690, 8.1)."""

    tag: int
    start: int
    end: int
    next: int


def signed_content(data: bytes) -> bytes | None:
    """The MIME part that was signed; None where these bytes hold none."""
    reader = _Reader(data)
    try:
        return reader.signed()
    except (_Broken, IndexError, ValueError):  # ValueError: fewer elements than there have to be
        return None


class _Reader:
    """Walks through the elements of a message, so many and no more."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = MOST

    def signed(self) -> bytes | None:
        kind, *rest = self._within(self._element(0), _SEQUENCE)
        if not rest or kind.tag != _OID or self._data[kind.start : kind.end] != _SIGNED_DATA:
            return None
        (signed,) = self._within(rest[0], _CONTEXT_0)
        _version, _digests, content, *_signers = self._within(signed, _SEQUENCE)
        inner = self._within(content, _SEQUENCE)
        if len(inner) < 2:
            return None  # the words are elsewhere, only their signature is here
        return b"".join(piece for each in self._within(inner[1], _CONTEXT_0) for piece in self._octets(each))

    def _octets(self, element: _Element, depth: int = 0) -> Iterator[bytes]:
        """The bytes of an OCTET STRING, which may come in pieces."""
        if element.tag == _OCTETS:
            yield self._data[element.start : element.end]
        elif element.tag == _CONSTRUCTED_OCTETS and depth < DEEPEST:
            for each in self._children(element):
                yield from self._octets(each, depth + 1)

    def _within(self, element: _Element, tag: int) -> list[_Element]:
        if element.tag != tag:
            raise _Broken
        found = list(self._children(element))
        if not found:
            raise _Broken
        return found

    def _children(self, element: _Element) -> Iterator[_Element]:
        at = element.start
        while at < element.end:
            child = self._element(at)
            yield child
            at = child.next

    def _element(self, at: int, depth: int = 0) -> _Element:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST or self._data[at] & 0x1F == 0x1F:
            raise _Broken
        tag, length = self._data[at], self._data[at + 1]
        start = at + 2
        if length == 0x80:  # until two zeroes
            return self._until_zeroes(tag, start, depth)
        if length > 0x80:
            size = length - 0x80
            length = int.from_bytes(self._data[start : start + size])
            start += size
        if start + length > len(self._data):
            raise _Broken
        return _Element(tag, start, start + length, start + length)

    def _until_zeroes(self, tag: int, start: int, depth: int) -> _Element:
        at = start
        while self._data[at : at + 2] != b"\0\0":
            at = self._element(at, depth + 1).next
        return _Element(tag, start, at, at + 2)
