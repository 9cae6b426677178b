"""Parsing in processes of their own, limited in time and memory: foreign bytes cannot take the desk with them."""

import io
import pickle
from dataclasses import replace

from helpdesk.core.faults import Point, passing
from helpdesk.mail.parsing import limits
from helpdesk.mail.parsing.children import Children, Ended
from helpdesk.mail.parsing.parsed import ParsedMail

_KNOWN = {
    *(
        ("helpdesk.mail.parsing.parsed", name)
        for name in ("Bounce", "Mailbox", "ParsedAttachment", "ParsedMail")
    ),
    *(("datetime", name) for name in ("datetime", "timedelta", "timezone")),
}
_children = Children()


class Unreadable(Exception):
    """The mail could not be read within the limits; `reason` is a sentence for administrators."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parsed_safely(raw: bytes) -> ParsedMail:
    """What a mail says; without its HTML where that is too much. Raises Unreadable. Several threads may call it."""
    passing(Point.PARSE_BEFORE)
    try:
        found = _read(limits.WITH_HTML + raw)
    except Unreadable as first:
        found = _read(limits.WITHOUT_HTML + raw)
        problem = f"It is shown without its HTML: {first.reason[0].lower()}{first.reason[1:]}"
        found = replace(found, problems=(*found.problems, problem))
    passing(Point.PARSE_AFTER)
    return found


def _read(question: bytes) -> ParsedMail:
    try:
        answer = _children.ask(question)
    except Ended as end:
        raise Unreadable(end.sentence) from end
    if not answer:
        raise Unreadable(f"Reading it needs more than {limits.MEMORY // 2**20} MB of memory.")
    found = _Plain(io.BytesIO(answer)).load()
    if not isinstance(found, ParsedMail):
        raise Unreadable("What was read of it is no mail.")
    return found


class _Plain(pickle.Unpickler):
    """Makes the values of a parsed mail and nothing else, whatever a child that was taken over writes."""

    def find_class(self, module_name: str, global_name: str, /) -> object:
        if (module_name, global_name) not in _KNOWN:
            raise Unreadable(f"What was read of it holds {module_name}.{global_name}.")
        return super().find_class(module_name, global_name)
