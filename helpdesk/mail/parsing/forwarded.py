"""Who wrote the mail that somebody has passed on."""

import re
from collections.abc import Sequence
from email.message import Message

from helpdesk.mail.parsing.automatic import automatic_reason
from helpdesk.mail.parsing.history import Line, intro_length, is_header_block
from helpdesk.mail.parsing.html_lines import html_lines
from helpdesk.mail.parsing.markup import pieces
from helpdesk.mail.parsing.parsed import Mailbox
from helpdesk.mail.parsing.parts import content_type, header, inside, parts
from helpdesk.mail.parsing.phrases import FORWARD_PREFIXES, FORWARDED, HEADERS, any_of

SEARCHED = 400
SEARCHED_MARKUP = 100_000
LONGEST_LINE = 500
_SUBJECT = re.compile(
    rf"^\s*(?:\[[^\]]{{1,40}}\]\s*)?{any_of(FORWARD_PREFIXES)}\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)
_TITLE = re.compile(rf"^\s*(?:[-_=]{{2,}}\s*)?{any_of(FORWARDED)}\s*[-_=:：]*\s*$", re.IGNORECASE)
_FROM = re.compile(rf"^[\s>*]*{any_of(HEADERS['from'])}\s*\*?\s*[:：]\s*\*?\s*(?P<who>\S.*)?$", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_BEFORE_ADDRESS = re.compile(r"(?:[<\[(]\s*)?(?:mailto:)?\s*$", re.IGNORECASE)


def forwarded_from(message: Message, text: str, html: str) -> Mailbox | None:
    """The original sender of a mail that a person has passed on; None for every other mail.

    Told by an attached message, or by the fields printed above its words: only the first such block counts, and
    only where a title or the subject calls it a forward and no reply's history comes before it.
    """
    if automatic_reason(message) not in {None, "list"}:
        return None
    is_named_so = bool(_SUBJECT.match(header(message, "subject")))
    says_nothing = not (text.strip() or html.strip())
    if (is_named_so or says_nothing) and (attached := _attached(message, is_alone=not is_named_so)):
        return attached
    plain = [Line(line[:LONGEST_LINE]) for line in text.split("\n")[:SEARCHED]]
    found = _in_lines(plain, is_named_so=is_named_so)
    if found or not html.strip():
        return found
    lines, _ = html_lines(pieces(html[:SEARCHED_MARKUP]))
    return _in_lines([Line(line.text[:LONGEST_LINE]) for line in lines[:SEARCHED]], is_named_so=is_named_so)


def _attached(message: Message, *, is_alone: bool) -> Mailbox | None:
    """Of the one message attached; `is_alone`: only where no other file is."""
    leaves = list(parts(message))
    messages = [part for part in leaves if content_type(part) == "message/rfc822"]
    others = [part for part in leaves if not content_type(part).startswith(("text/", "message/"))]
    original = inside(messages[0]) if len(messages) == 1 and not (is_alone and others) else None
    return _mailbox(header(original, "from")) if original else None


def _in_lines(lines: Sequence[Line], *, is_named_so: bool) -> Mailbox | None:
    is_titled = False
    for at, line in enumerate(lines):
        is_titled = is_titled or bool(_TITLE.match(line.text))
        if not is_titled and (line.text.lstrip().startswith(">") or intro_length(lines, at)):
            return None
        if (is_titled or is_named_so) and is_header_block(lines, at):
            return _sender(lines[at : at + 8])
    return None


def _sender(block: Sequence[Line]) -> Mailbox | None:
    """Of the From field; its value may stand on the next line."""
    for at, line in enumerate(block):
        if found := _FROM.match(line.text):
            below = block[at + 1].text if at + 1 < len(block) else ""
            return _mailbox(found.group("who") or "") or _mailbox(f"{found.group('who') or ''} {below}")
    return None


def _mailbox(value: str) -> Mailbox | None:
    """Of "Jane <jane@example.org>", "Jane [mailto:jane@example.org]" and their like."""
    found = _ADDRESS.search(value)
    if not found:
        return None
    name = _BEFORE_ADDRESS.sub("", value[: found.start()]).strip(" \t\"'*")
    return Mailbox(address=found.group(), name=name)
