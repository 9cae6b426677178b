"""The HTML of mails as a flat list of pieces: balanced and lower case, read once from front to back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

import nh3

from helpdesk.core.html import with_short_texts

LONGEST = 4_000_000
MOST_SHARED = 5_000
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
    *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "ul"),
}
_INLINE = {
    *("a", "abbr", "b", "big", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd"),
    *("mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var"),
}
VOID = {"br", "hr", "img"}
_DROPPED = {
    *("applet", "audio", "embed", "frameset", "head", "iframe", "math", "noembed", "noframes", "object"),
    *("script", "select", "style", "svg", "template", "title", "video", "xml"),
}
_ATTRIBUTES = {
    "*": {"class", "id", "style", "hidden", "role"},
    "a": {"href"},
    "blockquote": {"type", "cite"},
    "img": {"src", "alt", "width", "height"},
}
_PIECE = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>|[^<]+|<')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_FOLLOWED = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


def is_followed(address: str) -> bool:
    """Whether a link of a mail may lead there: a relative one would lead into this desk."""
    return bool(_FOLLOWED.match(address))


@dataclass(slots=True)  # frozen would take three times as long to make; nobody changes one
class Piece:
    """A tag or the text between two of them, as it stands in tidy markup."""

    source: str
    name: str = ""
    """Of a tag; "" for text."""
    closes: bool = False
    given: str = ""
    """Its attributes as they stand there."""

    @property
    def is_block(self) -> bool:
        return self.name in _BLOCKS

    @property
    def text(self) -> str:
        return "" if self.name else unescape(self.source)

    @property
    def says_something(self) -> bool:
        """Whether it is text that can be seen."""
        return not self.name and not self.source.isspace() and bool(self.text.strip())

    @property
    def attributes(self) -> dict[str, str]:
        return {name: unescape(value) for name, value in _ATTRIBUTE.findall(self.given)}


def pieces(markup: str) -> list[Piece]:
    """Foreign HTML taken apart: scripts, styles and comments are gone, every element that opens is closed."""
    tidy = nh3.clean(
        with_short_texts(markup[:LONGEST]),
        tags=_BLOCKS | _INLINE,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel=None,
    )
    return list(_pieces(tidy))


def _pieces(tidy: str) -> Iterator[Piece]:
    """Those that are written alike are one and the same: a mail of a million breaks costs no memory."""
    shared: dict[str, Piece] = {}
    for found in _PIECE.finditer(tidy):
        source = found.group()
        piece = shared.get(source)
        if piece is None:
            closes, name, given = found.groups("")
            piece = Piece(source, name, bool(closes), given)
            if len(shared) < MOST_SHARED:
                shared[source] = piece
        yield piece


def pruned(all_: Sequence[Piece]) -> list[Piece]:
    """Without elements that hold nothing to read; cells stay as long as their row does."""
    kept: list[Piece] = []
    opened: list[int] = []
    filled = [False]
    for piece in all_:
        if not piece.name:
            kept.append(piece)
            filled[-1] = filled[-1] or piece.says_something
        elif piece.name in VOID:
            kept.append(piece)
            filled[-1] = True
        elif not piece.closes:
            opened.append(len(kept))
            filled.append(False)
            kept.append(piece)
        elif opened:
            start, has_content = opened.pop(), filled.pop()
            if has_content or piece.name in {"td", "th"}:
                kept.append(piece)
            else:
                del kept[start:]
            filled[-1] = filled[-1] or has_content
    return kept


def joined(all_: Sequence[Piece]) -> str:
    """The markup again."""
    return "".join(piece.source for piece in all_)
