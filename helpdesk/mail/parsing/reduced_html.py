"""What a page shows of a mail's HTML: a plain readable subset in place, the original with its styles in a frame."""

import re
from collections.abc import Collection, Mapping
from html import escape

import nh3

from helpdesk.core.html import DEEPEST, sanitise
from helpdesk.mail.parsing.markup import VOID, Piece, joined, pieces, pruned

_CID = "/__cid__/"
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|(?:max-height|font-size)\s*:\s*0(?:px|pt|em)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_RENAMED = {
    **dict.fromkeys(("h4", "h5", "h6"), "h3"),
    **dict.fromkeys(("strike",), "s"),
    **dict.fromkeys(("ins",), "u"),
    **dict.fromkeys(("tt", "kbd", "samp"), "code"),
    **dict.fromkeys(("cite", "var"), "em"),
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
    names = {f"{_CID}{escape(each)}": "" for each in content_ids}
    shown = [_plain(piece, content_ids) for piece in _visible(pieces(markup))]
    shallow = _shallow(pruned([piece for piece in shown if piece]))
    return sanitise(joined(shallow), pictures=names).replace(f'src="{_CID}', 'src="cid:')


def _visible(all_: list[Piece]) -> list[Piece]:
    """Without elements their writer has hidden (preview lines, tracking)."""
    seen: list[Piece] = []
    depth = 0
    for piece in all_:
        if piece.name and piece.name not in VOID and (depth or (not piece.closes and _is_hidden(piece))):
            depth += -1 if piece.closes else 1
            continue
        if not depth and not (piece.name in VOID and _is_hidden(piece)):
            seen.append(piece)
    return seen


def _is_hidden(piece: Piece) -> bool:
    return "hidden" in piece.attributes or bool(_HIDDEN.search(piece.attributes.get("style", "")))


def _plain(piece: Piece, content_ids: Collection[str]) -> Piece | None:
    """One piece as the subset has it: without attributes but addresses, under a name the subset knows."""
    if not piece.name:
        return piece
    if piece.name == "img" and not piece.closes:
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
    content_id = source[4:] if source.lower().startswith("cid:") else None
    if content_id is None or content_id not in content_ids:
        return Piece(escape(words, quote=False)) if words else None
    sides = "".join(
        f' {side}="{escape(piece.attributes[side])}"'
        for side in ("width", "height")
        if side in piece.attributes
    )
    return Piece(f'<img src="{_CID}{escape(content_id)}" alt="{escape(words)}"{sides}>', "img")


def _shallow(all_: list[Piece]) -> list[Piece]:
    """Elements nested deeper than anything a person writes lose their tags, never their words."""
    kept: list[Piece] = []
    depth = 0
    for piece in all_:
        if piece.name and piece.name not in VOID:
            depth += -1 if piece.closes else 1
            if depth + piece.closes > DEEPEST - 10:
                continue
        kept.append(piece)
    return kept


def original_html(markup: str, pictures: Mapping[str, str], *, remote: bool = False) -> str:
    """The original with its styles, sanitised, for a sandboxed frame with its own content policy.

    `pictures` maps content ids to addresses that may be shown (data: too). Pictures from elsewhere are left out
    unless `remote`.
    """

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return _address(value, pictures, remote=remote)
        if attribute == "style":
            return _css(value, remote=remote)
        return value

    styles = "".join(_css(found, remote=remote) for found in _STYLE.findall(markup))
    body = nh3.clean(
        _DOCUMENT.sub(r"<\1div", markup),
        tags=_ORIGINAL_TAGS,
        clean_content_tags=_NEVER,
        attributes=_ORIGINAL_ATTRIBUTES,
        attribute_filter=filtered,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
    )
    return f"<style>{styles}</style>{body}" if styles else body


_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.IGNORECASE | re.DOTALL)
_DOCUMENT = re.compile(r"<(/?)body\b", re.IGNORECASE)
_NEVER = {
    *(
        "applet",
        "audio",
        "base",
        "embed",
        "frame",
        "frameset",
        "iframe",
        "link",
        "math",
        "meta",
        "noscript",
        "object",
    ),
    *("script", "style", "svg", "template", "title", "video"),
}
_ORIGINAL_TAGS = {
    *(
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
    ),
    *(
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
    ),
    *(
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
    ),
    *(
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
    ),
    *("th", "thead", "tr", "tt", "u", "ul", "var"),
}
_ORIGINAL_ATTRIBUTES = {
    "*": {
        "align",
        "bgcolor",
        "class",
        "dir",
        "height",
        "id",
        "lang",
        "role",
        "style",
        "title",
        "valign",
        "width",
    },
    "a": {"href", "name"},
    "font": {"color", "face", "size"},
    "img": {"alt", "border", "hspace", "src", "vspace"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "rules", "summary"},
    "td": {"colspan", "headers", "nowrap", "rowspan"},
    "th": {"colspan", "headers", "nowrap", "rowspan", "scope"},
    "ul": {"type"},
}
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_AT_RULE = re.compile(r"@(?:import|charset|namespace)\b[^;{}]*;?", re.IGNORECASE)
_FONT_FACE = re.compile(r"@font-face\s*\{[^{}]*\}?", re.IGNORECASE)
_LOADING = re.compile(
    r"[^;{}]*(?:url|image-set|image|src|expression|behavior|-moz-binding)\s*[(:][^;{}]*;?", re.IGNORECASE
)
_LOADING_LOCALLY = re.compile(r"[^;{}]*(?:expression|behavior|-moz-binding)\s*[(:][^;{}]*;?", re.IGNORECASE)


def _address(value: str, pictures: Mapping[str, str], *, remote: bool) -> str | None:
    source = value.strip()
    if source.lower().startswith("cid:"):
        return pictures.get(source[4:])
    return source if remote and source.lower().startswith(("http://", "https://")) else None


def _css(rules: str, *, remote: bool) -> str:
    """Style rules that load nothing: escapes are undone by leaving out what has any."""
    plain = _COMMENT.sub(" ", rules.replace("<!--", " ").replace("-->", " ")).replace("<", " ")
    plain = re.sub(r"[^;{}]*\\[^;{}]*;?", "", plain)
    plain = _FONT_FACE.sub("", _AT_RULE.sub("", plain))
    return (_LOADING_LOCALLY if remote else _LOADING).sub("", plain).strip()
