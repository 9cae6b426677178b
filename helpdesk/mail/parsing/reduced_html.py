"""What a page shows of a mail's HTML in place: a plain subset that is easy to read."""

import re
from collections.abc import Collection, Sequence
from html import escape

from helpdesk.core.html import sanitise
from helpdesk.mail.parsing.layout import plainly_laid_out
from helpdesk.mail.parsing.markup import VOID, Piece, joined, pieces

_CID = "/__cid__/"
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?:^|[;\s])(?:max-height|font-size)\s*:\s*0(?:px|pt|em)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_RENAMED = {
    **dict.fromkeys(("h4", "h5", "h6"), "h3"),
    **dict.fromkeys(("tt", "kbd", "samp"), "code"),
    **dict.fromkeys(("cite", "var"), "em"),
    "strike": "s",
    "ins": "u",
    "tfoot": "tbody",
}
_KEPT = {
    *(
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "hr",
        "i",
        "img",
        "li",
        "ol",
    ),
    *("p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}


def reduced(markup: str, content_ids: Collection[str] = ()) -> str:
    """The readable subset of a mail's HTML, as core.html.sanitise knows it.

    Pictures of the mail itself (src="cid:…" with a known id) stay where they are, others leave their
    words. Layout tables become plain blocks, what was hidden from the reader is gone. Doing it twice
    changes nothing.
    """
    known = set(content_ids)
    plain = [each for piece in _visible(pieces(markup)) if (each := _plain(piece, known))]
    names = {f"{_CID}{escape(each)}": "" for each in known}
    return sanitise(joined(plainly_laid_out(plain)), pictures=names).replace(f'src="{_CID}', 'src="cid:')


def _visible(all_: Sequence[Piece]) -> list[Piece]:
    """Without elements their writer has hidden (preview lines, tracking)."""
    seen: list[Piece] = []
    depth = 0
    for piece in all_:
        if piece.name and piece.name not in VOID:
            if depth or (not piece.closes and _is_hidden(piece)):
                depth += -1 if piece.closes else 1
                continue
        elif _is_hidden(piece):
            continue
        if not depth:
            seen.append(piece)
    return seen


def _is_hidden(piece: Piece) -> bool:
    return "hidden" in piece.attributes or bool(_HIDDEN.search(piece.attributes.get("style", "")))


def _plain(piece: Piece, content_ids: Collection[str]) -> Piece | None:
    """One piece as the subset has it: without attributes but addresses, under a name the subset knows."""
    if not piece.name:
        return piece
    if piece.name == "img":
        return _picture(piece, content_ids)
    name = _RENAMED.get(piece.name, piece.name)
    if name not in _KEPT:
        if not piece.is_block:
            return None
        name = "div"
    if piece.closes:
        return Piece(f"</{name}>", name, closes=True)
    address = (
        f' href="{escape(piece.attributes["href"])}"' if name == "a" and "href" in piece.attributes else ""
    )
    return Piece(f"<{name}{address}>", name)


def _picture(piece: Piece, content_ids: Collection[str]) -> Piece | None:
    source, words = piece.attributes.get("src", ""), piece.attributes.get("alt", "").strip()
    if not source.lower().startswith("cid:") or source[4:] not in content_ids:
        return Piece(escape(words, quote=False)) if words else None
    sides = "".join(
        f' {side}="{escape(piece.attributes[side])}"'
        for side in ("width", "height")
        if side in piece.attributes
    )
    return Piece(f'<img src="{_CID}{escape(source[4:])}" alt="{escape(words)}"{sides}>', "img")
