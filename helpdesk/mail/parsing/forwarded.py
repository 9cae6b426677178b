"""Who wrote the mail that somebody has passed on."""

import re
from collections.abc import Sequence
from email.message import Message
from email.utils import parseaddr

from helpdesk.mail.parsing.markup import pieces
from helpdesk.mail.parsing.parsed import Mailbox
from helpdesk.mail.parsing.parts import content_type, header, inside, parts
from helpdesk.mail.parsing.quoting import html_lines

_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|vs|vb|vl|doorst|fs|пересл|轉寄|转发|転送|ilt|továbbítás|pd)\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
_MARKER = re.compile(
    r"^\s*(?:[-_=]{2,}\s*)?(?:begin forwarded message|forwarded message|anfang der weitergeleiteten (?:e-?mail|nachricht)"
    r"|weitergeleitete nachricht|début du message (?:réexpédié|transféré)|message (?:transf[ée]r[ée]|réexpédié)"
    r"|inicio del mensaje reenviado|mensaje reenviado|mensagem encaminhada|in[ií]cio da mensagem (?:encaminhada|reencaminhada)"
    r"|inizio messaggio inoltrato|messaggio inoltrato|begin doorgestuurd bericht|doorgestuurd bericht"
    r"|vidarebefordrat (?:meddelande|brev)|vidaresänt meddelande|videresendt (?:melding|meddelelse|besked)"
    r"|välitetty viesti|przekazana wiadomość|wiadomość przekazana|přeposlaná zpráva|továbbított üzenet"
    r"|пересылаемое сообщение|переслан\w+ сообщени\w|iletilen ileti|转发的邮件|轉寄的郵件|転送メッセージ|전달된 메시지)"
    r"\s*[:：]?\s*[-_=]*\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"^[\s*]*(?:from|von|de|van|da|från|fra|lähettäjä|od|feladó|от кого|от|від|kimden|gönderen|发件人|寄件者|差出人|送信者|보낸 ?사람)"
    r"\s*\*?\s*[:：]\s*\*?\s*(?P<who>\S.{0,400})$",
    re.IGNORECASE,
)
_NEXT_FIELD = re.compile(r"^[\s*]*[\w][\w \-]{0,24}\s*\*?\s*[:：]\s*\*?")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+")
SEARCHED = 400


def forwarded_from(message: Message, text: str, html: str) -> Mailbox | None:
    """The original sender of a forwarded mail: of an attached message, or of the block of fields above its words.

    Only the first such block counts, outside of quotes; a reply whose history has such blocks is not a forward.
    """
    is_named_so = bool(_SUBJECT.match(header(message, "subject")))
    attached = _attached(message) if is_named_so or not text.strip() else None
    if attached:
        return attached
    if found := _in_lines(text.split("\n")[:SEARCHED], needs_marker=not is_named_so):
        return found
    if not html.strip():
        return None
    lines, _ = html_lines(pieces(html))
    return _in_lines([line.text for line in lines[:SEARCHED]], needs_marker=not is_named_so)


def _attached(message: Message) -> Mailbox | None:
    messages = [part for part in parts(message) if content_type(part) == "message/rfc822"]
    original = inside(messages[0]) if len(messages) == 1 else None
    return _mailbox(header(original, "from")) if original else None


def _in_lines(lines: Sequence[str], *, needs_marker: bool) -> Mailbox | None:
    seen = not needs_marker
    for at, line in enumerate(lines):
        if line.lstrip().startswith(">"):
            continue
        seen = seen or bool(_MARKER.match(line))
        found = _FROM.match(line) if seen else None
        if found and any(_NEXT_FIELD.match(each) for each in lines[at + 1 : at + 4]):
            return _mailbox(found.group("who"))
    return None


def _mailbox(value: str) -> Mailbox | None:
    """ "Jane <jane@example.org>", "Jane [mailto:jane@example.org]" and their like."""
    found = _ADDRESS.search(value)
    if not found:
        return None
    name, _ = parseaddr(value)
    before = re.sub(r"[<\[(]?(?:mailto:)?\s*$", "", value[: found.start()]).strip(" \t\"'*")
    return Mailbox(address=found.group(), name=(before or name).strip(" \"'"))
