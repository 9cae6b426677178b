"""HTML that people wrote: what is kept of it, how plain text becomes it, and how it becomes plain text."""

import re
from collections.abc import Mapping

import inscriptis
import nh3
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement
from markupsafe import Markup, escape

_TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "hr", "i", "li", "ol", "p"),
    *("pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {"a": {"href"}}
_PICTURE_ATTRIBUTES = {"src", "alt", "width", "height"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
# as nh3 writes them: lower case, every value in double quotes, no < or " inside of a value
_PICTURE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_ANCHOR = re.compile(r'<a(?: [a-z]+="[^"]*")*? href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_ANY_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_VOID = {"br", "hr", "img"}
_TEXT = re.compile(r"[^<>]+")
MOST_AMPERSANDS = 2_000
LARGEST_SIDE = 10_000
MOST_ROUNDS = 6
DEEPEST = 60
_PLAIN = ParserConfig(
    css={
        **CSS_PROFILES["strict"],
        "blockquote": HtmlElement(display=Display.block, margin_before=1, margin_after=1, padding_inline=4),
        "ul": HtmlElement(display=Display.block, padding_inline=4),
        "ol": HtmlElement(display=Display.block, padding_inline=4),
    },
    display_images=True,
)


def sanitise(markup: str, *, pictures: Mapping[str, str] | None = None) -> str:
    """The readable subset of foreign HTML: no script, style, form or attribute but links' addresses.

    Of pictures only those whose address is a key of `pictures` stay; the value is what they are called where the
    writer said nothing.
    """
    allowed = pictures or {}
    attributes = {**_ATTRIBUTES, **({"img": _PICTURE_ATTRIBUTES} if allowed else {})}
    cleaned = markup
    for _ in range(
        MOST_ROUNDS
    ):  # what lost a tag around it may be read in another way: until nothing changes
        before, cleaned = (
            cleaned,
            nh3.clean(
                with_short_texts(cleaned),
                tags=_TAGS | ({"img"} if allowed else set()),
                attributes=attributes,
                url_schemes=_SCHEMES,
                link_rel="noopener noreferrer nofollow",
            ),
        )
        if cleaned == before:
            break
    return _PICTURE.sub(lambda found: _picture(found.group(1), allowed), cleaned) if allowed else cleaned


def with_short_texts(markup: str) -> str:
    """The same, with comments in texts of so many ampersands that nh3 would take quadratic time; it drops them."""
    return _TEXT.sub(_in_stretches, markup) if markup.count("&") > MOST_AMPERSANDS else markup


def _in_stretches(text: re.Match[str]) -> str:
    stretches = text.group().split("&")
    if len(stretches) <= MOST_AMPERSANDS:
        return text.group()
    starts = range(0, len(stretches), MOST_AMPERSANDS)
    return "<!---->&".join("&".join(stretches[start : start + MOST_AMPERSANDS]) for start in starts)


def _picture(attributes: str, allowed: Mapping[str, str]) -> str:
    """One picture written anew, or nothing."""
    given = dict(_ATTRIBUTE.findall(attributes))
    address = given.get("src", "")
    if address not in allowed:
        return ""
    name = given.get("alt", "").strip() or str(escape(allowed[address])).replace("&#34;", "&quot;").replace(
        "&#39;", "'"
    )
    sides = "".join(
        f' {side}="{given[side]}"' for side in ("width", "height") if _is_side(given.get(side, ""))
    )
    return f'<img src="{escape(address)}" alt="{name}"{sides}>'


def _is_side(length: str) -> bool:
    return length.isascii() and length.isdigit() and len(length) < 6 and 0 < int(length) <= LARGEST_SIDE


def is_too_deep(markup: str) -> bool:
    """Whether sanitised HTML is nested beyond anything a person writes: readers of it would stumble."""
    depth = 0
    for found in _ANY_TAG.finditer(markup):
        if found.group(2) not in _VOID:
            depth += -1 if found.group(1) else 1
        if depth > DEEPEST:
            return True
    return False


def html_to_text(markup: str) -> str:
    """Sanitised HTML as plain text, as mails and searches read it: links with their addresses, pictures by name."""
    told = _ANCHOR.sub(_told, markup).replace("&amp;", "&amp;amp;")  # inscriptis resolves entities twice
    return clean_text(inscriptis.get_text(told, _PLAIN)).strip("\n").rstrip()


def _told(anchor: re.Match[str]) -> str:
    """A link in brackets behind its words, where these are not the address itself."""
    address, words = anchor.group(1), anchor.group(2)
    shown = re.sub(r"<[^>]*>", "", words).strip()
    plain = address.removeprefix("mailto:").removeprefix("tel:")
    return words if shown.rstrip("/") == plain.rstrip("/") else f"{words} &lt;{plain}&gt;"


def text_to_html(text: str) -> str:
    """Plain text as paragraphs with line breaks and links; every other character is escaped."""
    paragraphs = re.split(r"\n\s*\n", text.strip().replace("\r\n", "\n").replace("\r", "\n"))
    return sanitise("".join(f"<p>{_linked(part)}</p>" for part in paragraphs if part.strip()))


def _linked(text: str) -> str:
    parts: list[str] = []
    end = 0
    for match in _LINK.finditer(text):
        parts.append(str(escape(text[end : match.start()])))
        address = escape(match.group())
        parts.append(Markup('<a href="{0}">{0}</a>').format(address))
        end = match.end()
    parts.append(str(escape(text[end:])))
    return "".join(parts).replace("\n", "<br>")


def clean_text(text: str) -> str:
    """Text as PostgreSQL can hold it: no NUL, no lone surrogates, line ends as \\n."""
    without_nul = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return without_nul.encode("utf-8", "replace").decode("utf-8")
