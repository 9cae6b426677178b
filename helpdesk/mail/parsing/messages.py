"""Our tree of parts as `email.message.Message`, for those who read what a mail means."""

import re
from email.message import Message
from email.policy import Compat32

from helpdesk.mail.parsing.headers import split_off, words
from helpdesk.mail.parsing.parameters import LONGEST
from helpdesk.mail.parsing.structure import MESSAGES, Part

_REPORTS = {"message/delivery-status", "message/global-delivery-status", "message/disposition-notification"}
_READ_AS_TEXT = ("text/", "message/", "multipart/")
MOST_BLOCKS = 1_000
# of a text: a report says what it has to say before, and many rules go through each line, some taking its square
MOST_CHARACTERS = 200_000
MOST_LINES = 5_000
LONGEST_LINE = 998  # RFC 5322, 2.1.1
_TOO_LONG = re.compile(rf"([^\n]{{{LONGEST_LINE}}})(?=[^\n])")


class _Plain(Compat32):
    """Header fields are given out as they were set: no Header objects, nothing that raises."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _Plain()


def message_of(part: Part) -> Message:
    """The same tree, decoded: header fields as people read them, texts in UTF-8. Files have no content in it."""
    kind = part.content_type
    message = _headed(part.fields, part.default_type)
    if part.children:
        children: list[Message | str] = [message_of(child) for child in part.children]
        message.set_payload(children)
        message.preamble = _characters(part.preamble)
    elif kind in _REPORTS:
        message.set_payload(_blocks(part.content))
    elif kind in MESSAGES:
        fields, body = split_off(part.content)
        inner = _headed(fields, "text/plain")
        inner.set_payload(_characters(body))
        message.set_payload([inner])
    elif kind.startswith(_READ_AS_TEXT):
        del message["content-type"], message["content-transfer-encoding"]
        message.set_raw("Content-Type", f"{kind}; charset=utf-8")
        message.set_payload(_characters(_bounded(part.text).encode()))
    else:
        message.set_payload("")
    return message


def _headed(fields: list[tuple[str, str]], default_type: str) -> Message:
    message = Message(policy=_POLICY)
    message.set_default_type(default_type)
    for name, value in fields:
        text = words(value)
        message.set_raw(name, text[:LONGEST] if name.lower().startswith("content-") else text)
    return message


def _blocks(content: bytes) -> list[Message | str]:
    """The groups of fields of a delivery report (RFC 3464, 2.1), each a message without a body."""
    groups: list[Message | str] = []
    for block in content.replace(b"\r\n", b"\n").split(b"\n\n")[:MOST_BLOCKS]:
        if block.strip():
            fields, _rest = split_off(block.lstrip(b"\n") + b"\n")
            groups.append(_headed(fields, "text/plain"))
    return groups


def _bounded(text: str) -> str:
    lines = _TOO_LONG.sub(r"\1\n", text[:MOST_CHARACTERS]).split("\n", MOST_LINES)
    return "\n".join(lines[:MOST_LINES])


def _characters(content: bytes) -> str:
    return content.decode("ascii", "surrogateescape")
