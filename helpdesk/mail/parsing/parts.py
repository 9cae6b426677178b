"""A message as header fields and parts: read without trusting it, never opening a message inside of it."""

import re
from collections.abc import Iterator
from email.message import Message

from helpdesk.mail.parsing.charsets import decoded
from helpdesk.mail.parsing.headers import words

MOST_PARTS = 1_000
LONGEST_TEXT = 2_000_000
_FOLD = re.compile(r"\r?\n[ \t]*|\r")


def raw_headers(message: Message, name: str) -> list[str]:
    """Every value of a header field as it was sent, unfolded: whatever the policy of the message."""
    return [
        _FOLD.sub(" ", str(value)).strip()
        for key, value in message.raw_items()
        if key.lower() == name.lower()
    ]


def header(message: Message, name: str) -> str:
    """The first value of a header field, its encoded words decoded; "" without one."""
    return next((words(value) for value in raw_headers(message, name)), "")


def content_type(part: Message) -> str:
    """Of what kind a part is, in small letters; also of a malformed one."""
    return str(part.get_content_type()).lower()


def parameter(part: Message, name: str) -> str:
    """A parameter of its Content-Type, in small letters."""
    found = re.search(
        rf"""\b{re.escape(name)}\s*=\s*["']?([^"';\s]+)""",
        " ".join(raw_headers(part, "content-type")),
        re.IGNORECASE,
    )
    return found.group(1).lower() if found else ""


def parts(message: Message) -> Iterator[Message]:
    """Its leaves in order; a message inside is a leaf, its insides belong to somebody else."""
    waiting = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        inner = part.get_payload()
        if isinstance(inner, list) and not content_type(part).startswith("message/"):
            waiting.extend(each for each in reversed(inner) if isinstance(each, Message))
        else:
            yield part


def inside(part: Message) -> Message | None:
    """The message within a message/rfc822 part."""
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    return first if isinstance(first, Message) else None


def text_of(part: Message) -> str:
    """A leaf's words, cut at LONGEST_TEXT; bytes nobody can read become U+FFFD."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError, AssertionError):
        return ""
    if not isinstance(content, bytes):
        return ""
    return decoded(content[:LONGEST_TEXT], parameter(part, "charset") or "utf-8")


def body_text(message: Message) -> str:
    """All its words outside of files, plain where there are any, else those of its HTML without tags."""
    leaves = [part for part in parts(message) if content_type(part).startswith(("text/", "multipart/"))]
    plain = [text_of(part) for part in leaves if content_type(part) != "text/html"]
    if any(text.strip() for text in plain):
        return "\n".join(plain)
    return "\n".join(re.sub(r"<[^>]{0,2000}>", " ", text_of(part)) for part in leaves)
