"""What mails use for looks only: tables that hold no data, rows of empty lines, elements nested without end."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.core.html import DEEPEST
from helpdesk.mail.parsing.markup import VOID, Piece, pruned

MOST_BREAKS = 2
_PARTS_OF_TABLES = {"table", "tbody", "thead", "tr", "td", "th"}
_BELOW_THE_PAGES_OWN = 15


@dataclass(slots=True)
class _Table:
    """What speaks for data: a grid, headings, no tables inside."""

    cells: int = 0
    wide_rows: int = 0
    has_headings: bool = False
    has_tables: bool = False

    @property
    def is_data(self) -> bool:
        return not self.has_tables and (self.has_headings or self.wide_rows >= 2)


def plainly_laid_out(all_: Sequence[Piece]) -> list[Piece]:
    """The same words in a plain order: doing it twice changes nothing."""
    return pruned(_shallow(_without_blank_lines(_without_layout_tables(pruned(all_)))))


def _without_layout_tables(all_: Sequence[Piece]) -> list[Piece]:
    """Tables of one column, or around other tables, become plain blocks."""
    data = _data_tables(all_)
    kept: list[Piece] = []
    opened: list[bool] = []
    for at, piece in enumerate(all_):
        if piece.name == "table" and not piece.closes:
            opened.append(at in data)
        is_plain = piece.name in _PARTS_OF_TABLES and not (opened and opened[-1])
        kept.append(Piece("</div>" if piece.closes else "<div>", "div", piece.closes) if is_plain else piece)
        if piece.name == "table" and piece.closes and opened:
            opened.pop()
    return kept


def _data_tables(all_: Sequence[Piece]) -> set[int]:
    """Where the tables begin that hold data."""
    found: set[int] = set()
    opened: list[tuple[int, _Table]] = []
    for at, piece in enumerate(all_):
        if piece.name == "table" and not piece.closes:
            for _, around in opened[-1:]:
                around.has_tables = True
            opened.append((at, _Table()))
        elif opened:
            start, table = opened[-1]
            _note(table, piece)
            if piece.name == "table":
                opened.pop()
                found |= {start} if table.is_data else set()
    return found


def _note(table: _Table, piece: Piece) -> None:
    if piece.name == "tr":
        table.wide_rows += piece.closes and table.cells >= 2
        table.cells = 0
    elif piece.name in {"td", "th"} and not piece.closes:
        table.cells += 1
        table.has_headings = table.has_headings or piece.name == "th"


def _without_blank_lines(all_: Sequence[Piece]) -> list[Piece]:
    """No more than MOST_BREAKS in a row, none before the first word and none after the last."""
    kept: list[Piece] = []
    breaks = MOST_BREAKS
    said = 0
    for piece in all_:
        if piece.name == "br":
            breaks += 1
            if breaks > MOST_BREAKS:
                continue
        elif piece.name in VOID or piece.says_something:
            breaks = 0
            said = len(kept) + 1
        kept.append(piece)
    return kept[:said] + [piece for piece in kept[said:] if piece.name != "br"]


def _shallow(all_: Sequence[Piece]) -> list[Piece]:
    """Elements nested deeper than anything a person writes lose their tags, never their words."""
    kept: list[Piece] = []
    depth = 0
    for piece in all_:
        if piece.name and piece.name not in VOID:
            depth += not piece.closes
            is_too_deep = depth > DEEPEST - _BELOW_THE_PAGES_OWN
            depth -= piece.closes
            if is_too_deep:
                continue
        kept.append(piece)
    return kept
