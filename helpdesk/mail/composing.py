"""A letter as the bytes of a mail (MIME): text and HTML of the same words, pictures in place, files beside them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime

from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.files.names import clean_filename
from helpdesk.files.store import store
from helpdesk.mail import headers
from helpdesk.mail.models import Mailbox, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.own_addresses import is_own, own_addresses
from helpdesk.mail.queries import recipients_of
from helpdesk.mail.rendering import Letter, name_of
from helpdesk.mail.reply_tokens import plus_address, reply_token
from helpdesk.mail.senders import name_in_from
from helpdesk.settings.catalogue import Desk
from helpdesk.tickets.models import Attachment, RecipientKind
from helpdesk.tickets.operations.writing import FILES

MOST_ATTACHED = 10_000_000
"""Bytes of files in one mail: servers take hardly more than 25 MB, and files grow by a third on their way."""
SHORT = 50_000
"""Bytes of text that stay readable in the raw mail."""
LOOP_HEADER = "X-Helpdesk-Loop"
_PICTURE = re.compile(rf'<img src="{FILES}([\w-]{{10,64}})"([^>]*)>')
_ALT = re.compile(r' alt="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an SMTP server is told, and the mail. `mail_from` is empty for the null return path."""

    mail_from: str
    rcpt_to: str
    raw: bytes
    fallback_from: str
    """The mailbox's own address, for servers that take no null return path."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The files of an answer: those that travel in the mail, and those that are too large for it."""

    files: Sequence[Attachment] = ()
    pictures: Sequence[Attachment] = ()
    left_out: Sequence[Attachment] = ()


def is_automatic(message: OutboxMessage) -> bool:
    """Nobody wrote it: everything but an answer."""
    return message.purpose is not MailPurpose.TICKET_ANSWERED


def enclosed_with(message: OutboxMessage) -> Enclosed:
    """The files of the answer, as many as there is room for, in their order."""
    if message.comment_id is None or is_automatic(message):
        return Enclosed()
    found = db.session.scalars(
        select(Attachment).where(Attachment.comment_id == message.comment_id).order_by(Attachment.id)
    ).all()
    room, taken = MOST_ATTACHED, set[int]()
    for each in sorted(found, key=lambda one: not one.is_inline):  # pictures belong to the words
        if each.size <= room:
            room -= each.size
            taken.add(each.id)
    return Enclosed(
        files=[each for each in found if each.id in taken and not each.is_inline],
        pictures=[each for each in found if each.id in taken and each.is_inline],
        left_out=[each for each in found if each.id not in taken],
    )


def compose(
    recipient: OutboxRecipient, letter: Letter, *, sender: Mailbox, desk: Desk, enclosed: Enclosed
) -> Envelope:
    """The copy of one recipient: the same To and Cc in all of them, Bcc in none, and their own link.

    Raises Gone where the bytes of a file are missing: what was written goes out whole or not at all.
    """
    message = recipient.message
    ours = headers.wire(sender.address, sender.address_key)
    ticket_id = message.ticket_id
    returning = (
        plus_address(ours, reply_token(ticket_id, recipient.user_id))
        if ticket_id is not None and sender.has_plus_addresses and recipient.kind is not RecipientKind.BCC
        else ""
    )
    fields = _fields(recipient, letter, sender=sender, desk=desk, ours=ours, returning=returning)
    head = "".join(headers.field(name, value) for name, value in fields if value)
    body = _body(letter, enclosed)
    assert recipient.address is not None  # nobody is written to without one
    return Envelope(
        mail_from=returning or ("" if is_automatic(message) else ours),
        rcpt_to=headers.wire(recipient.address.email, recipient.address.email_key),
        raw=head.encode() + body.as_bytes(policy=SMTP),
        fallback_from=ours,
    )


def _fields(
    recipient: OutboxRecipient, letter: Letter, *, sender: Mailbox, desk: Desk, ours: str, returning: str
) -> Sequence[tuple[str, str]]:
    message = recipient.message
    to, cc = _receivers(recipient)
    from_name = name_in_from(sender, desk)
    automatic = (
        ("Auto-Submitted", "auto-generated" if message.purpose not in _REPLIES else "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
        (LOOP_HEADER, ours),
    )
    return (
        ("Date", format_datetime(message.created_at)),
        ("From", headers.address(from_name, ours)),
        ("To", headers.addresses(to) or "undisclosed-recipients:;"),
        ("Cc", headers.addresses(cc)),
        ("Reply-To", headers.address(from_name, returning) if returning else ""),
        ("Subject", headers.text(letter.subject)),
        ("Message-ID", message.message_id),
        ("In-Reply-To", headers.message_ids([message.in_reply_to])),
        ("References", headers.message_ids(message.references.split())),
        *(automatic if is_automatic(message) else ()),
    )


_REPLIES = {MailPurpose.TICKET_RECEIVED}
"""Automatic letters that answer a mail (RFC 3834)."""


def _receivers(recipient: OutboxRecipient) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Name and address of everybody in To and in Cc: the same in every copy."""
    named: Mapping[RecipientKind, list[tuple[str, str]]] = {RecipientKind.TO: [], RecipientKind.CC: []}
    own = own_addresses()
    for each in db.session.scalars(recipients_of(recipient.message_id)):
        if each.kind in named and each.address is not None and not is_own(each.address.email, own):
            email = headers.wire(each.address.email, each.address.email_key)
            named[each.kind].append((name_of(each), email))
    return named[RecipientKind.TO], named[RecipientKind.CC]


def _body(letter: Letter, enclosed: Enclosed) -> EmailMessage:
    body = EmailMessage(policy=SMTP)
    markup, shown = _with_pictures(letter.html, enclosed.pictures)
    body.set_content(letter.text, cte=_encoding(letter.text))
    body.add_alternative(markup, subtype="html", cte=_encoding(markup))
    page = body.get_body(("html",))
    assert isinstance(page, MIMEPart)  # it was added a line ago
    for each in shown:
        kind, subtype = _media(each)
        page.add_related(
            _bytes_of(each),
            kind,
            subtype,
            cid=f"<{_content_id(each)}>",
            filename=clean_filename(each.filename),
            disposition="inline",
        )
    beside = [each for each in enclosed.pictures if each not in shown]
    for each in (*beside, *enclosed.files):
        kind, subtype = _media(each)
        body.add_attachment(_bytes_of(each), kind, subtype, filename=clean_filename(each.filename))
    return body


def _with_pictures(markup: str, pictures: Sequence[Attachment]) -> tuple[str, list[Attachment]]:
    """The HTML with pictures shown from within the mail (RFC 2392); those that are not in it are told by name."""
    by_id = {each.public_id: each for each in pictures}
    shown: dict[str, Attachment] = {}

    def placed(found: re.Match[str]) -> str:
        picture = by_id.get(found.group(1))
        if picture is None:
            name = _ALT.search(found.group(2))
            return f"[{name.group(1)}]" if name and name.group(1) else ""
        shown[picture.public_id] = picture
        return f'<img src="cid:{_content_id(picture)}"{found.group(2)}>'

    return _PICTURE.sub(placed, markup), list(shown.values())


def _media(attachment: Attachment) -> tuple[str, str]:
    """Its media type; mails and whatever has parts as plain bytes: within a mail they may not be encoded (RFC 2046)."""
    kind, _, subtype = attachment.content_type.partition(";")[0].strip().partition("/")
    is_whole = kind in {"application", "audio", "font", "image", "text", "video"} and subtype
    return (kind, subtype) if is_whole else ("application", "octet-stream")


def _content_id(picture: Attachment) -> str:
    return f"{picture.public_id}@pictures.invalid"


def _bytes_of(attachment: Attachment) -> bytes:
    with store().open(attachment.sha256) as content:
        return content.read()


def _encoding(text: str) -> str:
    """Readable as long as it is short: beyond, encoding it letter by letter takes too long."""
    return "quoted-printable" if len(text) < SHORT else "base64"
