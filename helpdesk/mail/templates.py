"""The words of letters: ours, or what an administrator has put in their place. Placeholders, nothing that computes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from helpdesk.core.assets import assets_dir
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.html import clean_text
from helpdesk.core.lines import one_line
from helpdesk.mail.links import ONE_TIME
from helpdesk.mail.models import MailPurpose, MailTemplate

LONGEST_SUBJECT = 200
LONGEST_CONTENT = 5_000


def _(words: str) -> str:
    """Marks words for the translators; the web says them in the reader's language."""
    return words


EVERYWHERE: Mapping[str, str] = {
    "greeting": _("“Hello” and the receiver's name, where we know it"),
    "name": _("The receiver's name"),
    "desk_name": _("The name of the desk"),
    "link": _("The link the letter is about"),
}
ABOUT_TICKET: Mapping[str, str] = {
    "ticket_number": _("The number of the ticket"),
    "title": _("The title of the ticket"),
    "subject": _("The subject of the conversation: mail programs keep it together by that"),
}
_MESSAGE: Mapping[str, str] = {
    "author": _("Who wrote it"),
    "content": _("What was written, with its formatting"),
}
_FOR_A_WHILE: Mapping[str, str] = {"lifetime": _("How long the link works, such as “2 hours”")}
_RECOVERY: Mapping[str, str] = {"recovery_link": _("Where a forgotten password is replaced")}
_OWN: Mapping[MailPurpose, Mapping[str, str]] = {
    MailPurpose.ALREADY_REGISTERED: _RECOVERY,
    MailPurpose.SECOND_FACTOR_ADDED: _RECOVERY,
    MailPurpose.SECOND_FACTOR_REMOVED: _RECOVERY,
    MailPurpose.TICKET_ANSWERED: {
        **_MESSAGE,
        "signature": _("The signature of the team and of the mailbox"),
    },
    MailPurpose.TICKET_LINK: _FOR_A_WHILE,
    MailPurpose.CUSTOMER_ANSWERED: _MESSAGE,
    MailPurpose.DELIVERY_FAILED: {"failures": _("Which addresses, and what their servers said")},
}
NAMELESS = {MailPurpose.CONFIRM_EMAIL, MailPurpose.CONFIRM_REQUEST, MailPurpose.CONFIRM_ADDRESS}
"""Letters that call nobody by name: whoever typed it has not shown that the address is theirs."""
TICKETS = {
    MailPurpose.TICKET_RECEIVED,
    MailPurpose.TICKET_ANSWERED,
    MailPurpose.TICKET_LINK,
    MailPurpose.ADDED_TO_TICKET,
    MailPurpose.TICKET_ASSIGNED,
    MailPurpose.CUSTOMER_ANSWERED,
    MailPurpose.DELIVERY_FAILED,
}
BLOCKS = {"content", "signature", "failures"}
"""What has lines and formatting of its own. A paragraph in which one of these or the link is empty is left out."""
NEEDED: Mapping[MailPurpose, str] = {
    **dict.fromkeys(ONE_TIME, "link"),
    MailPurpose.TICKET_LINK: "link",
    MailPurpose.TICKET_ANSWERED: "content",
    MailPurpose.DELIVERY_FAILED: "failures",
}
"""Without it the letter would be of no use."""
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]{0,40})\}|\{")


class BadTemplate(Unwelcome):
    """Words that cannot be used, and in which field: `subject` or `content`."""

    status = 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and text of a kind of letter, with placeholders in braces."""

    subject: str
    content: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words, or a placeholder."""

    words: str = ""
    placeholder: str = ""


def placeholders_of(purpose: MailPurpose) -> Mapping[str, str]:
    """What may stand in braces in this kind of letter, each with what it means."""
    known = {
        **EVERYWHERE,
        **(ABOUT_TICKET if purpose in TICKETS else {}),
        **(_FOR_A_WHILE if purpose in ONE_TIME else {}),
        **_OWN.get(purpose, {}),
    }
    return {name: words for name, words in known.items() if purpose not in NAMELESS or name != "name"}


def wording_of(purpose: MailPurpose) -> Wording:
    """The words in force. Costs one statement."""
    own = db.session.scalars(select(MailTemplate).where(MailTemplate.purpose == purpose)).one_or_none()
    return in_force(purpose, own)


def in_force(purpose: MailPurpose, own: MailTemplate | None) -> Wording:
    """The administrator's words where there are any, else ours."""
    return Wording(own.subject, own.content) if own else default_wording(purpose)


@cache
def default_wording(purpose: MailPurpose) -> Wording:
    """Our words: templates/emails/, whose first line is the subject."""
    path = assets_dir("templates") / "emails" / f"{purpose.value}.txt"
    subject, _blank, content = path.read_text(encoding="utf-8").partition("\n\n")
    return Wording(subject.strip(), content.strip())


def checked(purpose: MailPurpose, *, subject: str, content: str) -> Wording:
    """The words as they would be kept. Raises BadTemplate."""
    words = Wording(one_line(subject), clean_text(content).strip())
    for field, text, longest in (
        ("subject", words.subject, LONGEST_SUBJECT),
        ("content", words.content, LONGEST_CONTENT),
    ):
        if not text:
            raise BadTemplate(field, "Write something here.")
        if len(text) > longest:
            raise BadTemplate(field, f"This may have {longest:,} characters at most.")
        _refuse_unknown(field, text, placeholders_of(purpose))
    needed = NEEDED.get(purpose)
    if needed and all(each.placeholder != needed for each in pieces(words.content)):
        raise BadTemplate("content", f"Put {{{needed}}} somewhere: without it the letter is of no use.")
    return words


def pieces(text: str) -> Iterator[Piece]:
    """Words and placeholders in turn; doubled braces are one brace of the words."""
    end = 0
    for found in _TOKEN.finditer(text):
        if found.start() > end:
            yield Piece(words=text[end : found.start()])
        token, end = found.group(), found.end()
        if token in ("{{", "}}"):
            yield Piece(words=token[0])
        elif found.group(1) is not None:
            yield Piece(placeholder=found.group(1).strip())
        else:
            yield Piece(words=token)
    if end < len(text):
        yield Piece(words=text[end:])


def _refuse_unknown(field: str, text: str, known: Mapping[str, str]) -> None:
    for found in _TOKEN.finditer(text):
        name = found.group(1)
        if found.group() in ("{{", "}}") or (name is not None and _is_allowed(field, name.strip(), known)):
            continue
        before = text[: found.start()]
        line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
        where = f"Line {line}, character {column}: " if field == "content" else f"Character {column}: "
        if name is None:
            raise BadTemplate(field, f"{where}this brace is never closed. Write {{{{ for a brace itself.")
        raise BadTemplate(field, f"{where}{{{name}}} is not known here. {_offered(field, known)}")


def _is_allowed(field: str, name: str, known: Mapping[str, str]) -> bool:
    return name in known and (field == "content" or name not in BLOCKS | {"link", "recovery_link"})


def _offered(field: str, known: Mapping[str, str]) -> str:
    names = [f"{{{name}}}" for name in known if _is_allowed(field, name, known)]
    return f"These are: {', '.join(names)}."
