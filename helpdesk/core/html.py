"""HTML that people wrote: what is kept of it, and how plain text becomes it."""

import re

import nh3
from markupsafe import Markup, escape

_TAGS = {
    *(
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "s",
    ),
    *("span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def sanitise(markup: str) -> str:
    """The readable subset of foreign HTML: no script, style, image, form or attribute but links' addresses."""
    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


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
