"""What a page shows of a mail's HTML in place: a plain subset that is easy to read."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from html import escape

from helpdesk.core.html import sanitise
from helpdesk.mail.parsing.layout import plainly_laid_out
from helpdesk.mail.parsing.markup import VOID, Piece, is_followed, joined, pieces

_CID = "/__cid__/"
_REL = ' rel="noopener noreferrer nofollow"'
MOST_ROUNDS = 4
LONG = 500_000  # characters; what is longer is read once, safe all the same: sanitise() has the last word
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
    *("a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "hr", "i", "img", "li"),
    *("ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}

_OPENING = {name: Piece(f"<{name}>", name) for name in _KEPT}
_CLOSING = {name: Piece(f"</{name}>", name, closes=True) for name in _KEPT}


def reduced(markup: str, content_ids: Collection[str] = ()) -> str:
    """The readable subset of a mail's HTML, as core.html.sanitise knows it.

    Pictures of the mail itself (src="cid:…" with a known id) stay where they are, others leave their
    words. Layout tables become plain blocks, what was hidden from the reader is gone. Doing it twice
    changes nothing.
    """
    return _reduced(markup, frozenset(content_ids))


@lru_cache(maxsize=2)  # of one mail, for its page and for its plain text
def _reduced(markup: str, known: frozenset[str]) -> str:
    names = {f"{_CID}{escape(each)}": "" for each in known}
    rounds = MOST_ROUNDS if len(markup) < LONG else 1
    for _ in range(rounds):  # elements that lost others around them may be read in another way
        shown = [each for piece in _visible(pieces(markup)) if (each := _plain(piece, known))]
        plain = joined(plainly_laid_out(_without_links_in_links(shown)))
        sanitised = sanitise(plain, pictures=names)
        markup = sanitised.replace(f'src="{_CID}', 'src="cid:')
        if sanitised == plain:
            break
    return markup


def _without_links_in_links(all_: Sequence[Piece]) -> list[Piece]:
    """Layout tables allow them, plain blocks do not; the outer one stays."""
    kept: list[Piece] = []
    depth = 0
    for piece in all_:
        if piece.name == "a":
            depth += not piece.closes
            is_inner = depth > 1
            depth -= piece.closes
            if is_inner:
                continue
        kept.append(piece)
    return kept


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
    if not piece.given:
        return False
    given = piece.attributes
    return "hidden" in given or bool(_HIDDEN.search(given.get("style", "")))


def _plain(piece: Piece, content_ids: Collection[str]) -> Piece | None:
    """One piece as the subset has it: without attributes but addresses, under a name the subset knows."""
    if not piece.name:
        return piece
    if piece.name == "img":
        return _picture(piece, content_ids)
    if piece.name == "a" and not piece.closes:
        return Piece(f"<a{_address(piece)}>", "a")
    name = _RENAMED.get(piece.name, piece.name)
    if name in _KEPT:
        return _CLOSING[name] if piece.closes else _OPENING[name]
    return (_CLOSING["div"] if piece.closes else _OPENING["div"]) if piece.is_block else None


def _address(link: Piece) -> str:
    """As core.html.sanitise writes it, which then finds nothing to change."""
    address = link.attributes.get("href", "")
    return f' href="{_escaped(address)}"{_REL}' if is_followed(address) else _REL


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


def _escaped(value: str) -> str:
    """As an attribute's value is written by nh3."""
    return escape(value, quote=False).replace('"', "&quot;").replace("\xa0", "&nbsp;")
