"""Text out of the bytes of a file, one function a kind. Run in a process of its own: what they read is foreign."""

import io
import logging
import zipfile
from collections.abc import Callable, Mapping

from helpdesk.tickets.extraction.kinds import FileKind
from helpdesk.tickets.extraction.limits import LONGEST_TEXT, MOST_PAGES, MOST_UNPACKED

READ_AHEAD = 4 * LONGEST_TEXT
"""Of a text or a page: markup around the words."""


class Unreadable(Exception):
    """A file that breaks the rules of its kind, or is made to cost too much."""


def read_text(content: bytes) -> str:
    return content[:READ_AHEAD].decode("utf-8", "replace")


def read_html(content: bytes) -> str:
    from inscriptis import get_text  # noqa: PLC0415 — a plain text does not wait for it

    return str(get_text(read_text(content)))


def read_pdf(content: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages, length = [], 0
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages):
        if number == MOST_PAGES or length > LONGEST_TEXT:
            break
        pages.append(page.extract_text())
        length += len(pages[-1])
    return "\n".join(pages)


def read_docx(content: bytes) -> str:
    from docx import Document  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
            raise Unreadable("It unpacks to too much.")
    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


READERS: Mapping[FileKind, Callable[[bytes], str]] = {
    FileKind.TEXT: read_text,
    FileKind.HTML: read_html,
    FileKind.PDF: read_pdf,
    FileKind.DOCX: read_docx,
}


def tidy(text: str) -> str:
    """What PostgreSQL can keep, without runs of blanks, cut between characters where it is too long."""
    words = " ".join(text.replace("\x00", " ").split())
    return words.encode("utf-8", "ignore")[:LONGEST_TEXT].decode("utf-8", "ignore")
