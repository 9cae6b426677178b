"""What a message repeats of earlier ones: told apart from what is new, so that pages can fold it."""

import re
from dataclasses import dataclass

from markupsafe import Markup

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^">]|"[^"]*")*>')
_VOID = frozenset({"br", "hr", "img"})
_END_OF_LINE = re.compile("<br>|</p>|</div>|</li>|</blockquote>|</pre>|</tr>|</h[123]>")
_LINES = frozenset({"p", "div"})
_MARK = "&gt;"
LONGEST_INTRODUCTION = 300


@dataclass(frozen=True, slots=True)
class Parted:
    """A message in two: `quoted` is what its end repeats, of so many `lines`; empty where it repeats nothing."""

    body: Markup
    quoted: Markup = Markup()  # noqa: RUF009 — it cannot be changed
    lines: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the message that can stand alone: an element, or text between elements; or a line of one."""

    html: str
    tag: str = ""

    @property
    def text(self) -> str:
        return _TAG.sub(" ", self.html).replace("&nbsp;", " ").strip()

    @property
    def is_blank(self) -> bool:
        return not self.text and "<img" not in self.html

    @property
    def is_quote(self) -> bool:
        return self.tag == "blockquote" or self.text.startswith(_MARK)

    @property
    def introduces(self) -> bool:
        """“On 22 November 2026, Carl wrote:” stands before what was quoted."""
        text = self.text
        return text.endswith(":") and len(text) <= LONGEST_INTRODUCTION and any(map(str.isdigit, text))


def parted(content_html: str) -> Parted:
    """Split sanitised HTML before the quotes it ends with: blockquotes, and lines that start with >.

    Pure; both parts are well-formed where the whole is. A message of quotes alone is left as it is.
    """
    pieces = _pieces(content_html)
    kept = _without_quotes(pieces)
    last = pieces[kept - 1] if kept else None
    head, tail = _cut(last) if last else ("", "")
    if not tail and kept == len(pieces):
        return Parted(Markup(content_html))  # noqa: S704 — sanitised when it was written
    body = "".join(piece.html for piece in pieces[: max(kept - 1, 0)]) + head
    quoted = tail + "".join(piece.html for piece in pieces[kept:])
    if _Piece(body).is_blank:
        return Parted(Markup(content_html))  # noqa: S704 — as above
    return Parted(Markup(body), Markup(quoted), line_count(quoted))  # noqa: S704 — parts of the same


def _pieces(html: str) -> list[_Piece]:
    """The elements at the top, and the texts between them."""
    pieces: list[_Piece] = []
    depth, start = 0, 0
    for found in _TAG.finditer(html):
        closes, tag = found.group(1), found.group(2)
        if tag in _VOID:
            continue
        if not closes and depth == 0:
            pieces.append(_Piece(html[start : found.start()]))
            start = found.start()
        depth += -1 if closes else 1
        if closes and depth == 0:
            pieces.append(_Piece(html[start : found.end()], tag))
            start = found.end()
    pieces.append(_Piece(html[start:]))
    return [piece for piece in pieces if piece.html]


def _without_quotes(pieces: list[_Piece]) -> int:
    """How many pieces come before the quotes at the end."""
    kept = len(pieces)
    place = kept
    while place and (pieces[place - 1].is_blank or _is_all_quote(pieces[place - 1])):
        place -= 1
        if not pieces[place].is_blank:
            kept = place
    while kept < len(pieces) and kept and pieces[kept - 1].is_blank:
        kept -= 1
    return kept


def _is_all_quote(piece: _Piece) -> bool:
    return piece.tag == "blockquote" or all(line.is_quote or line.is_blank for line in _lines(piece))


def _cut(piece: _Piece) -> tuple[str, str]:
    """The last piece before the quotes: what is new in it, and the quoted lines or the introduction at its end."""
    lines = _lines(piece)
    kept = len(lines)
    while kept and (lines[kept - 1].is_quote or (kept < len(lines) and lines[kept - 1].is_blank)):
        kept -= 1
    if kept and lines[kept - 1].introduces:
        kept -= 1
    if kept == len(lines):
        return piece.html, ""
    opening, closing = _shell(piece)
    head, tail = (
        "<br>".join(line.html for line in part).removesuffix("<br>") for part in (lines[:kept], lines[kept:])
    )
    return f"{opening}{head}{closing}" if head else "", f"{opening}{tail}{closing}"


def _shell(piece: _Piece) -> tuple[str, str]:
    """The tags around the lines of a piece."""
    if piece.tag not in _LINES:
        return "", ""
    found = _TAG.match(piece.html)
    assert found is not None  # the piece begins with its tag
    return found.group(), f"</{piece.tag}>"


def _lines(piece: _Piece) -> list[_Piece]:
    """The lines of a paragraph, cut where nothing but the paragraph itself is open; any other piece is one line."""
    if piece.tag not in _LINES:
        return [piece]
    opening, closing = _shell(piece)
    inner = piece.html[len(opening) : -len(closing)]
    lines: list[str] = []
    depth, start = 0, 0
    for found in _TAG.finditer(inner):
        if found.group(2) == "br" and depth == 0:
            lines.append(inner[start : found.start()])
            start = found.end()
        elif found.group(2) not in _VOID:
            depth += -1 if found.group(1) else 1
    return [_Piece(line) for line in (*lines, inner[start:])]


def line_count(html: str) -> int:
    """How many lines with words it shows."""
    return max(1, sum(not _Piece(line).is_blank for line in _END_OF_LINE.split(html)))
