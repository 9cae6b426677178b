"""A mail taken apart into what its sender says now and what was said before: history and signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.mail.parsing.history import Line, history_start, intro_length
from helpdesk.mail.parsing.html_lines import html_lines
from helpdesk.mail.parsing.markup import joined, pieces, pruned
from helpdesk.mail.parsing.signatures import signature_start

MOST_LINES = 20_000
LONGEST_LINE = 2_000
_MARK = re.compile(r"^\s{0,3}(?:>|›|»(?!\s*\w+\s*«)|\|\s)")


@dataclass(frozen=True, slots=True)
class Reply:
    """Both bodies of a mail without the words of others; the rest of the HTML beside it."""

    text: str
    html: str
    """Markup of the sender's, not yet reduced."""
    quoted_html: str
    """History and signature, not yet reduced; "" where nothing was taken away."""


def split_reply(text: str, html: str, *, is_forwarded: bool = False) -> Reply:
    """What its sender says now, in both bodies: `html` is the raw markup, as are both halves of the answer.

    History is cut where nothing of the sender's own follows it; quotes that are answered in between stay. What is
    forwarded is news, not history: it stays whole. Where nothing would be left, everything stays.
    """
    if is_forwarded:
        return Reply(text=text.strip("\n").rstrip(), html=html, quoted_html="")
    own, rest = _split_html(html) if html.strip() else ("", "")
    return Reply(text=own_text(text), html=own, quoted_html=rest)


def own_text(text: str) -> str:
    """Plain text without quoted history and signature."""
    all_ = text.split("\n")
    lines = [Line(line[:LONGEST_LINE], is_quoted=bool(_MARK.match(line))) for line in all_[:MOST_LINES]]
    hidden = hidden_lines(_with_wrapped_quotes(lines))
    own = [line for line, is_hidden in zip(all_, hidden, strict=False) if not is_hidden]
    beyond = [] if hidden and hidden[-1] else all_[MOST_LINES:]
    return "\n".join(own + beyond).strip("\n").rstrip()


def _with_wrapped_quotes(lines: Sequence[Line]) -> list[Line]:
    """A line between two quoted ones that a server has broken off the first of them is quoted, too."""
    told = list(lines)
    for at in range(1, len(told) - 1):
        line, above, below = told[at], told[at - 1], told[at + 1]
        if line.text.strip() and above.is_quoted and below.is_quoted and not line.is_quoted:
            told[at] = Line(line.text, is_quoted=len(above.text) >= 60 > len(line.text))
    return told


def hidden_lines(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it is history or signature; none is where nothing else would be left."""
    below_quotes = max((at + 1 for at, line in enumerate(lines) if line.is_quoted), default=0)
    end = _without_signature(lines, below_quotes, len(lines)) if below_quotes else len(lines)
    end = history_start(lines[:end])
    end = _without_last_quote(lines, end)
    end = _without_signature(lines, 0, end)
    start = _first_own(lines, end)
    own = range(start, end)
    if not any(lines[at].text.strip() for at in own):
        return [False] * len(lines)
    return [at not in own for at in range(len(lines))]


def _without_signature(lines: Sequence[Line], start: int, end: int) -> int:
    """Where the words between two lines end when the signature is taken away; it is never all of them."""
    marked = next(
        (at for at in range(start, end) if lines[at].starts_signature and not lines[at].is_quoted), end
    )
    found = signature_start([line.text for line in lines[start:marked]])
    return marked if found is None else start + found


def _without_last_quote(lines: Sequence[Line], end: int) -> int:
    last = end
    while last and (lines[last - 1].is_quoted or not lines[last - 1].text.strip()):
        last -= 1
    if not any(line.is_quoted for line in lines[last:end]):
        return end
    for above in range(1, 5):
        if last - above >= 0 and intro_length(lines, last - above) == above:
            return last - above
    return last


def _first_own(lines: Sequence[Line], end: int) -> int:
    """Where the sender's words begin: below the only quote where that stands first and is announced."""
    first = next((at for at in range(end) if lines[at].text.strip()), end)
    length = intro_length(lines, first) if first < end and not lines[first].is_quoted else 0
    if not length:
        return 0
    below = first + length
    while below < end and (lines[below].is_quoted or not lines[below].text.strip()):
        below += 1
    return below if below < end and not any(line.is_quoted for line in lines[below:end]) else 0


def _split_html(markup: str) -> tuple[str, str]:
    all_ = pieces(markup)
    lines, line_of = html_lines(all_)
    hidden = hidden_lines(lines)
    if not any(hidden):
        return joined(all_), ""
    own = [piece for piece, at in zip(all_, line_of, strict=True) if at is None or not hidden[at]]
    rest = [piece for piece, at in zip(all_, line_of, strict=True) if at is None or hidden[at]]
    return joined(pruned(own)), joined(pruned(rest))
