"""File names as people may see them. They are shown and offered for saving, never used on our disk."""

import re
import unicodedata

LONGEST = 150
LONGEST_EXTENSION = 20
NAMELESS = "file"
# They reorder what is read: "exe.fdp" shown as "pdf.exe".
_DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTED = {"Cc", "Cs", "Zl", "Zp"}


def clean_filename(name: str) -> str:
    """The last part of a path, without what cannot be seen or deceives, 150 characters with its extension."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(
        " " if unicodedata.category(each) in _UNPRINTED else each for each in last if _is_plain(each)
    )
    tidy = " ".join(unicodedata.normalize("NFC", shown).split()).rstrip(". ")
    return _shortened(tidy) or NAMELESS


def _is_plain(character: str) -> bool:
    return character not in _DIRECTION and character not in "\x00\ufeff"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > LONGEST_EXTENSION:
        return name[:LONGEST]
    return stem[: LONGEST - len(extension) - 1].rstrip(". ") + dot + extension
