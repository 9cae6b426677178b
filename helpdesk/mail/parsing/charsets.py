"""Bytes that claim a charset, become text: whatever they claim, and whether or not it is true."""

import codecs
import re
from functools import lru_cache

import charset_normalizer

from helpdesk.core.html import clean_text

_LABEL = re.compile(r"[A-Za-z0-9._:+-]{1,40}")
# what browsers read under a label (https://encoding.spec.whatwg.org/#names-and-labels), and labels only mail knows
_ALIASES = {
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "iso8859-1", "iso-8859-1-windows"), "cp1252"),
    **dict.fromkeys(
        ("ansi_x3.110-1983", "x-user-defined", "default", "windows-1252http-equivcontent"), "cp1252"
    ),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80", "gb18030-2000", "cn-gb"), "gb18030"),
    **dict.fromkeys(("ks_c_5601-1987", "ks_c_5601", "euc-kr", "ksc5601", "x-windows-949"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "sjis", "windows-31j", "ms_kanji"), "cp932"),
    **dict.fromkeys(("big5", "big-5", "x-x-big5", "cn-big5"), "cp950"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e", "logical"), "iso8859_8"),
    **dict.fromkeys(("utf8mb4", "utf-8mb4", "utf_8-bom", "unicode-1-1-utf-8", "utf-8;"), "utf_8"),
    **dict.fromkeys(("unicode-1-1-utf-7", "x-unicode-2-0-utf-7"), "utf_7"),
    **dict.fromkeys(("iso-2022-jp", "iso2022-jp", "cp50220", "cp50221", "cp50222"), "iso2022_jp_ext"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("tis-620", "iso-8859-11", "windows-874", "dos-874"), "cp874"),
    **dict.fromkeys(("macintosh", "x-mac-roman"), "mac_roman"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac_cyrillic"),
    **dict.fromkeys(("koi8", "koi"), "koi8_r"),
}
_ASCII = {
    "",
    "ascii",
    "us-ascii",
    "ansi_x3.4-1968",
    "iso646-us",
    "unknown-8bit",
    "unknown",
    "x-unknown",
    "8bit",
    "7bit",
}
# Python calls these codecs, too: they compute or read escapes
_NOT_CHARSETS = {"idna", "mbcs", "oem", "punycode", "rawunicodeescape", "undefined", "unicodeescape"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 20_000  # bytes; guessing takes about a second a megabyte
_FEWEST = 200  # bytes; below, guessing is dicing
_BEYOND_ASCII = bytes(range(128, 256))
_JAPANESE = re.compile(rb"\x1b\$[@B]|\x1b\([BIJ]")


def decoded(data: bytes, label: str = "") -> str:
    """The text, without NUL, lone surrogates and \\r; what cannot be read becomes U+FFFD."""
    return clean_text(_decoded(data, label.strip().strip("\"'").lower()))


def _decoded(data: bytes, label: str) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    codec = None if label in _ASCII else codec_for(label)
    if codec is not None:
        try:
            return data.decode(codec)
        except (UnicodeError, ValueError):
            return _nearly(data, codec)
    if label in _ASCII and _JAPANESE.search(data):
        return data.decode("iso2022_jp_ext", "replace")
    return _guessed(data)


@lru_cache(maxsize=256)
def codec_for(label: str) -> str | None:
    """The name Python reads this charset by; None where nobody knows it."""
    if not _LABEL.fullmatch(label):
        return None
    for name in (label, label.removeprefix("x-"), label.replace("windows", "cp").replace("cp-", "cp")):
        try:
            found = codecs.lookup(_ALIASES.get(name, name)).name
            if re.sub(r"[-_]", "", found) not in _NOT_CHARSETS:
                b"abcd".decode(
                    found, "replace"
                )  # LookupError: it unpacks bytes, and there is no text in them
                return found
        except (LookupError, ValueError):  # ValueError: a name no module could have
            continue
    return None


def _nearly(data: bytes, codec: str) -> str:
    """Text of a charset it does not quite keep to."""
    shown = data.decode(codec, "replace")
    if codec.startswith("iso2022") or shown.count("\ufffd") * 50 < len(shown):
        return shown
    return _guessed(data)


def _guessed(data: bytes) -> str:
    """Text of an unknown charset: UTF-8 where it can be, else what it looks most like."""
    try:
        return data.decode("utf-8")
    except UnicodeError:
        pass
    foreign = len(data) - len(data.translate(None, _BEYOND_ASCII))
    if len(data) >= _FEWEST or foreign * 2 > len(data):  # no Western language has so many
        best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
        if best is not None and best.encoding not in {"ascii", "utf_8", "utf_16", "utf_32", "utf_7"}:
            return data.decode(best.encoding, "replace")
    nearly = data.decode("utf-8", "replace")
    broken = nearly.count("\ufffd")
    meant = len(nearly) - len(nearly.encode("ascii", "ignore")) - broken
    return nearly if meant > 4 * broken else data.decode("cp1252", "replace")
