"""What a delivery report says: whose mail did not arrive, why, and which mail it was."""

import re
from collections.abc import Sequence
from email.message import Message

from flufl.bounce import all_failures

from helpdesk.mail.parsing.headers import words
from helpdesk.mail.parsing.parsed import Bounce
from helpdesk.mail.parsing.parts import (
    body_text,
    content_type,
    header,
    inside,
    parameter,
    parts,
    text_of,
)

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY_CODE = re.compile(r"(?:^|[\s:(\[>#])([45])\d\d[\s\-#:]")
_MESSAGE_ID = re.compile(r"^[>|\s]*Message-ID:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]]{1,128}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}[A-Za-z0-9]")
_DAEMON = re.compile(
    r"mailer[-_]?daemon|postmaster|mail delivery (?:sub)?system|mail-daemon|mdaemon|system administrator"
    r"|mail administrator|microsoft exchange|bounce|mail system|delivery (?:service|agent)|\bno-?reply@",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status )?(?:notification|failure|failed|report|problem|error|has failed|subsystem)"
    r"|failure (?:notice|delivery)|returned (?:mail|to sender)|mail (?:delivery )?(?:failed|failure|error|system error)"
    r"|non[- ]?delivery|delivery.{0,20}(?:failed|failure|delayed)|failed (?:mail|delivery)"
    r"|(?:message|mail) (?:delayed|not sent)|delayed mail"
    r"|could not (?:be )?(?:send|deliver)|warning: (?:could not|message)|unzustellbar|nicht zustell|non remis"
    r"|non distribu|no se (?:ha podido|puede) entregar|mancato recapito|onbestelbaar|niet afgeleverd|не доставлен"
    r"|配信できません|メールエラー|送信できません|配信エラー|退信|無法遞送|无法投递",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"did not reach the following recipient|unable to deliver (?:your |the )?message|could ?n[o']t be delivered"
    r"|could not be delivered|delivery to the following recipient|was not delivered to|has been returned"
    r"|(?:permanent|fatal) error|addresses had|this is a permanent error|mailbox (?:is )?full|user unknown"
    r"|no such user|recipient (?:rejected|unknown|name is not recognized)|konnte nicht zugestellt|送信できませんでした"
    r"|配信できません|RCPT TO:.{1,300}\n.{0,80}\b5\d\d\b",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"not going to try again|giv(?:en|ing) up|in the queue too long|(?:can ?not|could not) send message for \d+ days",
    re.IGNORECASE,
)
_RETURNED = {"message/rfc822", "message/global", "message/partial"}
SEARCHED = 20_000
MOST_BLOCKS = 500
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]*):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)


def bounce_in(message: Message) -> Bounce | None:
    """What a report of a mail server about one of our mails says, or None where this is no such report.

    The standard form (RFC 3464), then what servers wrote before or beside it. Reports that were only forwarded by
    a person are attachments and so do not count. `is_permanent` is False for delays and for "it arrived".
    """
    groups = _status_groups(message)
    if groups:
        return _from_groups(message, groups)
    return _older_form(message) if _is_from_a_server(message) else None


def _status_groups(message: Message) -> list[dict[str, str]]:
    """The blocks of fields of a delivery-status part, the per-recipient ones."""
    groups: list[dict[str, str]] = []
    for part in parts(message):
        if content_type(part) in {"message/delivery-status", "message/global-delivery-status"}:
            groups.extend(_fields(block) for block in _blocks(part))
    return _of_recipients(groups)


def _of_recipients(groups: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [
        group
        for group in groups
        if {"final-recipient", "original-recipient", "action", "status"} & set(group)
    ]


def _blocks(part: Message) -> list[str]:
    inner = part.get_payload()
    if isinstance(inner, list):
        return [
            "\n".join(f"{name}: {value}" for name, value in each.raw_items())
            for each in inner
            if isinstance(each, Message)
        ]
    return re.split(r"\n\s*\n", text_of(part))


def _fields(block: str) -> dict[str, str]:
    return {name.lower(): " ".join(words(value).split()) for name, value in _FIELD.findall(block)}


def _from_groups(message: Message, groups: Sequence[dict[str, str]]) -> Bounce:
    failed = [group for group in groups if group.get("action", "").lower().startswith("failed")]
    told = (failed or list(groups))[0]
    action = told.get("action", "").lower()
    status = _status_in(told.get("status", "")) or _status_in(told.get("diagnostic-code", ""))
    permanent = action.startswith("failed") or (not action and status.startswith("5"))
    recipient = (
        told.get("final-recipient") or told.get("original-recipient") or told.get("x-actual-recipient", "")
    )
    return Bounce(
        final_recipient=_address_in(recipient) or _address_in(header(message, "x-failed-recipients")),
        status=status,
        original_message_id=original_message_id(message),
        diagnostic=told.get("diagnostic-code", "")[:1_000],
        is_permanent=permanent and not status.startswith("2"),
    )


def _is_from_a_server(message: Message) -> bool:
    """Whether so much speaks for a mail server that its words are worth reading."""
    if content_type(message) == "multipart/report":
        return parameter(message, "report-type") in {"delivery-status", ""}
    if header(message, "x-failed-recipients"):
        return True
    sender = f"{header(message, 'from')} {header(message, 'return-path')} {header(message, 'sender')}"
    if not (_DAEMON.search(sender) or header(message, "return-path").replace(" ", "") == "<>"):
        return False
    return bool(_SUBJECT.search(header(message, "subject")) or _BODY.search(body_text(message)[:SEARCHED]))


def _older_form(message: Message) -> Bounce | None:
    """What is to be found in a report without the standard part: recipients by the habits of known servers."""
    text = body_text(message)
    groups = _of_recipients([_fields(block) for block in re.split(r"\n\s*\n", text)[:MOST_BLOCKS]])
    if any("final-recipient" in group and "action" in group for group in groups):
        return _from_groups(message, groups)
    temporary, permanent = _by_known_servers(message)
    status = _status_in(text)
    code = _REPLY_CODE.search(text)
    is_delayed = (status or (code.group(1) if code else "5")).startswith("4") or bool(
        temporary and not permanent
    )
    return Bounce(
        final_recipient=_recipient_in(message, text, [*sorted(permanent), *sorted(temporary)]),
        status=status,
        original_message_id=original_message_id(message),
        diagnostic=_diagnostic_in(text),
        is_permanent=not is_delayed
        or bool(_GIVEN_UP.search(f"{header(message, 'subject')}\n{text[:SEARCHED]}")),
    )


def _recipient_in(message: Message, text: str, known: Sequence[str]) -> str:
    """Whose mail did not arrive: surely not we whom the report is for, where anybody else is named."""
    own = {
        each.lower()
        for name in ("to", "from", "delivered-to")
        for each in _ADDRESS.findall(header(message, name))
    }
    named = [
        *_ADDRESS.findall(header(message, "x-failed-recipients")),
        *known,
        *_ADDRESS.findall(text[:SEARCHED]),
    ]
    return next((each for each in named if each.lower() not in own), next(iter(named), ""))


def _by_known_servers(message: Message) -> tuple[set[str], set[str]]:
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # its detectors were not written for hostile input; we look ourselves then
        return set(), set()
    return {_as_text(each) for each in temporary}, {_as_text(each) for each in permanent}


def _as_text(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address


def original_message_id(message: Message) -> str:
    """The Message-ID of the mail a report is about: from its returned headers, else from what it refers to."""
    leaves = list(parts(message))
    returned = [inside(part) for part in leaves if content_type(part) in _RETURNED]
    parts_own = [
        part for part in leaves if part is not message
    ]  # some servers return header fields as a part's own
    for original in [*returned, *parts_own]:
        if original and (found := _MESSAGE_ID.search(f"Message-ID: {header(original, 'message-id')}")):
            return found.group(1)
    for part in leaves:
        if found := _MESSAGE_ID.search("\n\n".join(_blocks(part))):
            return found.group(1)
    for name in ("x-original-message-id", "original-message-id", "in-reply-to", "references"):
        if found := re.search(r"<[^<>\s]{1,900}>", header(message, name)):
            return found.group()
    return ""


def _status_in(text: str) -> str:
    found = _STATUS.search(text)
    return found.group(1) if found else ""


def _address_in(text: str) -> str:
    found = _ADDRESS.search(text.removeprefix("rfc822;").removeprefix("utf-8;"))
    return found.group() if found else ""


def _diagnostic_in(text: str) -> str:
    """The first line that looks like the answer of a server."""
    return next(
        (" ".join(line.split())[:1_000] for line in text.splitlines() if _REPLY_CODE.search(line)), ""
    )
