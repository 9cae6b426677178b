"""Tables people take along: CSV as RFC 4180 has it, sent row by row, and harmless where a spreadsheet opens it."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice

from flask import Response, stream_with_context

from helpdesk.core import current
from helpdesk.core.clock import utc
from helpdesk.core.current import Entry
from helpdesk.web.files import disposition

Cell = str | int | float | bool | date | datetime | None

ROWS_AT_ONCE = 200
# As OWASP lists them ("CSV Injection"), and what spreadsheets of our own time take as well.
_BEGINS_FORMULAS = frozenset("=+-@|%")
_BEGINS_CELLS = ("\t", "\r", "\n")
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}


def csv_answer(filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A download that is written while it is sent: `rows` may ask the database as it goes, and is never held whole.

    What the view has changed is saved before the first row is asked for. Numbers stay numbers, moments are ISO 8601
    in UTC; a text a spreadsheet would take for a formula gets an apostrophe in front.
    """
    pieces = _as_who_asked(current.maybe_entry(), written(header, rows))
    answer = Response(stream_with_context(pieces), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = disposition(filename, is_shown=False)
    return answer


def _as_who_asked(who: Entry | None, pieces: Iterator[str]) -> Iterator[str]:
    """The door has closed behind the request when the first row is asked for, and closes once more after the last."""
    if who is not None:
        current.begin(who)
    yield from pieces


def written(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file in pieces of some ROWS_AT_ONCE rows."""
    lines = chain([header], rows)
    while piece := list(islice(lines, ROWS_AT_ONCE)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows([safe(cell) for cell in line] for line in piece)
        yield text.getvalue()


def safe(cell: Cell) -> str:
    """One cell as it is written: only texts can hold a formula, what we have counted is a number."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return utc(cell).isoformat(timespec="seconds")
    if isinstance(cell, str):
        return f"'{cell}" if is_dangerous(cell) else cell
    return str(cell)


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet takes it for a formula: by its first visible sign, also in wide letters.

    Apostrophes in front do not count: so each text comes back by taking one away from what is dangerous.
    """
    shown = text.lstrip("'")
    first = next((each for each in shown if unicodedata.category(each) not in _UNSEEN), "")
    return shown.startswith(_BEGINS_CELLS) or unicodedata.normalize("NFKC", first) in _BEGINS_FORMULAS
