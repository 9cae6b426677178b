"""Which files say something: decided by their bytes' kind, and among packed and plain ones by how their name ends."""

from collections.abc import Iterable
from enum import StrEnum


class FileKind(StrEnum):
    """How the text of a file is taken out of it."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


def kind_of(content_type: str, filenames: Iterable[str]) -> FileKind | None:
    """None for what says nothing to us. The bytes are the same under each of the names."""
    names = [name.lower() for name in filenames]
    if content_type == "application/pdf":
        return FileKind.PDF
    if content_type == "application/zip":
        return FileKind.DOCX if _any_ends(names, ".docx") else None
    if content_type == "text/plain":
        return FileKind.HTML if _any_ends(names, ".html", ".htm") else FileKind.TEXT
    return None


def _any_ends(names: Iterable[str], *endings: str) -> bool:
    return any(name.endswith(endings) for name in names)
