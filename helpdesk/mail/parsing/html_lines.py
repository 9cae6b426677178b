"""The lines a reader of HTML sees, and what its markup says of each: quote, announcement, history, signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from helpdesk.mail.parsing.history import Line
from helpdesk.mail.parsing.markup import VOID, Piece

_QUOTES = re.compile(
    r"\b(?:x_)*(?:yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|mail_android_quote)\b"
)
_INTROS = re.compile(r"\b(?:x_)*(?:gmail_attr|moz-cite-prefix|OutlookMessageHeader)\b")
_HISTORY = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling|reply-intro"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message)$"
)
_SIGNATURES = re.compile(
    r"\b(?:x_)*(?:gmail_signature|moz-signature|protonmail_signature_block)\b|^(?:x_)*(?:Signature|ms-outlook-mobile-signature)$"
)
_OUTLOOKS_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid #[0-9a-f]{6} 1\.0pt", re.IGNORECASE)
_BAR = re.compile(r"border-left(?:-[a-z]+)?\s*:|\.8ex", re.IGNORECASE)


_EMPTY = Line("")


@dataclass(slots=True)
class _Reading:
    """Where a reader is: the lines so far, words and marks of this one, and the elements around."""

    lines: list[Line] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    around: list[str] = field(default_factory=list)
    quotes: int = 0
    intros: int = 0
    waiting: set[str] = field(default_factory=set)

    def break_line(self) -> None:
        self.lines.append(_line(self.words, self.marks) if self.words else _EMPTY)
        self.words, self.marks = [], set()

    def open(self, piece: Piece) -> None:
        mark = _mark(piece)
        self.around.append(mark)
        self.quotes += mark == "quote"
        self.intros += mark == "intro"
        if mark in {"history", "signature"}:
            self.waiting.add(mark)

    def close(self) -> None:
        if self.around:
            mark = self.around.pop()
            self.quotes -= mark == "quote"
            self.intros -= mark == "intro"

    def say(self, words: str) -> None:
        self.words.append(words)
        self.marks |= self.waiting
        if self.quotes:
            self.marks.add("quote")
        elif self.intros:
            self.marks.add("intro")
        self.waiting = set()


def html_lines(all_: Sequence[Piece]) -> tuple[list[Line], list[int | None]]:
    """The lines, and for each piece the number of its line; None for tags that only hold others."""
    reading = _Reading()
    line_of: list[int | None] = []
    for piece in all_:
        if piece.is_block and reading.words:
            reading.break_line()
        holds_others = bool(piece.name) and piece.name not in VOID
        line_of.append(None if holds_others else len(reading.lines))
        if holds_others:
            reading.close() if piece.closes else reading.open(piece)
        elif piece.name == "br":
            reading.break_line()
        elif piece.name == "hr":
            reading.waiting |= {_mark(piece)} - {""}
        elif piece.name == "img" or piece.says_something:
            reading.say(piece.text if not piece.name else "[image]")
    reading.break_line()
    return reading.lines, line_of


def _line(words: list[str], marks: set[str]) -> Line:
    return Line(
        " ".join("".join(words).split()),
        is_quoted="quote" in marks,
        is_intro="intro" in marks,
        starts_history="history" in marks,
        starts_signature="signature" in marks,
    )


def _mark(piece: Piece) -> str:
    """What an element says of its words: quote, intro, history, signature or ""."""
    if not piece.given:
        return ""
    given = piece.attributes
    classes, name, style = given.get("class", ""), given.get("id", ""), given.get("style", "")
    if _QUOTES.search(classes) or (piece.name == "blockquote" and _is_cited(piece, classes, style)):
        return "quote"
    if _HISTORY.match(name) or _OUTLOOKS_RULE.search(style):
        return "history"
    if _INTROS.search(classes):
        return "intro"
    return "signature" if _SIGNATURES.search(classes) or _SIGNATURES.search(name) else ""


def _is_cited(piece: Piece, classes: str, style: str) -> bool:
    """Quoted by a program; not only indented by its writer."""
    given = piece.attributes
    return given.get("type") == "cite" or "cite" in given or "quote" in classes or bool(_BAR.search(style))
