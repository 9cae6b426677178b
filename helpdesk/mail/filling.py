"""Words with placeholders become a text and its HTML: what people wrote comes in as words, never as markup or link."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from helpdesk.core.html import text_to_html
from helpdesk.core.lines import one_line
from helpdesk.mail.templates import BLOCKS, Piece, pieces

_WEB_ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s<>]*", re.IGNORECASE)
_DOT = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})")
_JOINER = "\u2060"  # seen by nobody; a mail program that looks for addresses of the web finds none
_NO_LINK = "[…]"


@dataclass(frozen=True, slots=True)
class Value:
    """What stands for a placeholder: in text, in HTML among other words, alone in a paragraph, in the subject."""

    text: str
    inline: Markup | None = None
    block: Markup | None = None
    line: str | None = None

    @classmethod
    def link(cls, address: str, words: str) -> "Value":
        """A link: its address in the text, words in the HTML."""
        if not address.startswith(("http://", "https://")):
            return cls(address)
        anchor = Markup('<a href="{}">{}</a>').format(address, words)
        return cls(address, anchor, Markup('<p class="deed"><a href="{}">{}</a></p>').format(address, words))

    @classmethod
    def written(cls, text: str, markup: str, *, is_quoted: bool) -> "Value":
        """A message: sanitised when it was written. Quoted, it is set off from our own words."""
        safe = Markup(markup)  # noqa: S704 — sanitised by core.html when it was written
        if not is_quoted:
            return cls(text, block=Markup('<div class="content">{}</div>').format(safe))
        marked = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        return cls(marked, block=Markup('<blockquote class="content">{}</blockquote>').format(safe))

    @classmethod
    def lines(cls, text: str) -> "Value":
        """Plain text of several lines."""
        return cls(text, block=Markup(text_to_html(text)))  # noqa: S704 — escaped and sanitised there


def filled(content: str, values: Mapping[str, Value]) -> tuple[str, Markup]:
    """Text and HTML. A paragraph goes where a block or a link in it is empty, or nothing is left of it."""
    texts: list[str] = []
    markups: list[Markup] = []
    for paragraph in re.split(r"\n\s*\n", content.strip()):
        parts = list(pieces(paragraph))
        names = {part.placeholder for part in parts if part.placeholder}
        if any(not values[name].text for name in names & (BLOCKS | {"link"})):
            continue
        text = "".join(values[part.placeholder].text if part.placeholder else part.words for part in parts)
        if text.strip():
            texts.append(text.strip("\n"))
            markups.append(_markup(parts, values))
    return "\n\n".join(texts), Markup("\n").join(markups)


def line_of(subject: str, values: Mapping[str, Value]) -> str:
    """The subject: one line, whatever the values are."""
    told = []
    for part in pieces(subject):
        value = values.get(part.placeholder)
        told.append(part.words if value is None else value.text if value.line is None else value.line)
    return one_line("".join(told))


def harmless(text: str) -> str:
    """A name or a title on one line, in which nothing becomes a link: whoever wrote it may not advertise by us."""
    return _DOT.sub(f".{_JOINER}", _WEB_ADDRESS.sub(_NO_LINK, one_line(text)))


def _markup(parts: list[Piece], values: Mapping[str, Value]) -> Markup:
    said = [part for part in parts if part.placeholder or part.words.strip()]
    if len(said) == 1 and (alone := values.get(said[0].placeholder)) and alone.block is not None:
        return alone.block
    return Markup("<p>{}</p>").format(Markup("").join(_inline(part, values) for part in parts))


def _inline(part: Piece, values: Mapping[str, Value]) -> Markup:
    if not part.placeholder:
        return _broken(part.words)
    value = values[part.placeholder]
    return value.inline if value.inline is not None else _broken(value.text)


def _broken(words: str) -> Markup:
    """Words with their line breaks."""
    return Markup("<br>").join(escape(line) for line in words.split("\n"))
