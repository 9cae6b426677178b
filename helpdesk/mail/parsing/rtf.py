"""Compressed RTF, as Outlook keeps the words of a message (MS-OXRTFCP)."""

import struct

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_SIZE = 4096
_HEADER = struct.Struct("<II4sI")
_LARGEST = 16_000_000  # bytes


def decompressed(content: bytes) -> bytes:
    """The RTF; b"" where it is none or broken."""
    if len(content) < _HEADER.size:
        return b""
    _length, size, kind, _checksum = _HEADER.unpack_from(content)
    if kind == b"MELA":
        return content[_HEADER.size : _HEADER.size + size]
    return _unpacked(content[_HEADER.size :]) if kind == b"LZFu" else b""


def _unpacked(packed: bytes) -> bytes:
    window = bytearray(_DICTIONARY.ljust(_SIZE, b"\x00"))
    at = len(_DICTIONARY)
    found = bytearray()
    position = 0
    while position < len(packed) and len(found) < _LARGEST:
        control = packed[position]
        position += 1
        for bit in range(8):
            is_reference = control >> bit & 1
            if position + is_reference >= len(packed):
                return bytes(found)
            if not is_reference:
                piece = packed[position : position + 1]
            else:
                token = packed[position] << 8 | packed[position + 1]
                start, length = token >> 4, (token & 15) + 2
                if start == at % _SIZE:
                    return bytes(found)
                piece = _copied(window, start, length, at)
            position += 1 + is_reference
            for byte in piece:
                window[at % _SIZE] = byte
                at += 1
            found += piece
    return bytes(found)


def _copied(window: bytearray, start: int, length: int, at: int) -> bytes:
    """Bytes of the window; a reference may reach into what it writes itself."""
    piece = bytearray()
    for offset in range(length):
        source = start + offset
        behind = (source - at) % _SIZE
        piece.append(piece[behind] if behind < len(piece) else window[source % _SIZE])
    return bytes(piece)
