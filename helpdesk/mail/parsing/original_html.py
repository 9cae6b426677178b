"""A mail's HTML as its sender meant it to look: sanitised, for a frame without rights under a policy of its own."""

import re
from collections.abc import Mapping

import nh3

from helpdesk.core.html import with_short_texts
from helpdesk.mail.parsing.markup import is_followed

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.IGNORECASE | re.DOTALL)
_DOCUMENT = re.compile(r"<(/?)body\b", re.IGNORECASE)
_NEVER = {
    *("applet", "audio", "base", "embed", "frame", "frameset", "iframe", "link", "math", "meta"),
    *("noscript", "object", "script", "style", "svg", "template", "title", "video"),
}
_TAGS = {
    *("a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center"),
    *("cite", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd"),
    *("li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span"),
    *("strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u"),
    *("ul", "var"),
}
_ATTRIBUTES = {
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
_STRETCH = re.compile(r"[^;{}]+")
_LOADING = re.compile(r"(?:url|image|image-set|src|cross-fade|element|paint)\s*\(", re.IGNORECASE)
_RUNNING = re.compile(r"expression\s*\(|behaviou?r\s*:|-moz-binding|javascript:|vbscript:", re.IGNORECASE)
_AT_RULE = re.compile(r"\s*@(?:import|charset|namespace)\b", re.IGNORECASE)


def original_html(markup: str, pictures: Mapping[str, str], *, remote: bool = False) -> str:
    """The original with its styles, sanitised, for a sandboxed frame with its own content policy.

    `pictures` maps content ids to addresses that may be shown (data: too). Pictures from elsewhere are left out
    unless `remote`.
    """

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return _address(value, pictures, remote=remote)
        if attribute == "href":
            return value if is_followed(value) else None
        if attribute == "style":
            return _css(value, remote=remote)
        return value

    styles = "".join(_css(found, remote=remote) for found in _STYLE.findall(markup))
    body = nh3.clean(
        with_short_texts(_DOCUMENT.sub(r"<\1div", markup)),
        tags=_TAGS,
        clean_content_tags=_NEVER,
        attributes=_ATTRIBUTES,
        attribute_filter=filtered,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
    )
    return f"<style>{styles}</style>{body}" if styles else body


def _address(value: str, pictures: Mapping[str, str], *, remote: bool) -> str | None:
    source = value.strip()
    if source.lower().startswith("cid:"):
        return pictures.get(source[4:])
    return source if remote and source.lower().startswith(("http://", "https://")) else None


def _css(rules: str, *, remote: bool) -> str:
    """Style rules that load nothing: a stretch between two signs that could is left out, one with escapes too."""

    def kept(found: re.Match[str]) -> str:
        stretch = found.group()
        if "\\" in stretch or _RUNNING.search(stretch) or _AT_RULE.match(stretch):
            return ""
        return "" if not remote and _LOADING.search(stretch) else stretch

    plain = _COMMENT.sub(" ", rules.replace("<!--", " ").replace("-->", " ")).replace("<", " ")
    return _STRETCH.sub(kept, plain).strip()
