"""Receiving a mail: its bytes are kept, its row says that it waits. Nothing is parsed here, whatever it holds."""

from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO, cast

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from helpdesk.core import clock
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.core.errors import TooLarge
from helpdesk.core.events import publish
from helpdesk.core.faults import Point, passing
from helpdesk.files.models import Blob
from helpdesk.files.operations import save
from helpdesk.mail.events import MailArrived
from helpdesk.mail.models import Door, InboundMessage, Mailbox, Reason, Verdict

LONGEST_HEADERS = 256 * 1024
"""Bytes kept of the headers of a mail that is too large."""


def most_bytes() -> int:
    """How large a mail may be."""
    return configuration().max_mail_mb * 2**20


def receive(
    raw: bytes | BinaryIO,
    *,
    mailbox: Mailbox,
    door: Door,
    arrived_at: datetime | None = None,
    envelope_from: str | None = None,
    uid_validity: int | None = None,
    uid: int | None = None,
) -> InboundMessage:
    """Keep a mail. The same bytes came to this mailbox before: the row that is there, whatever door they take now.

    `arrived_at` is when it reached the server (None: now); `envelope_from` is SMTP's MAIL FROM, empty for the null
    return path, None where the door does not know it. Of a mail larger than most_bytes() the headers are kept, with
    the verdict FAILED and TOO_LARGE: its door refuses it, or leaves it where it is. Raises NotStored.
    """
    stream = _Remembering(BytesIO(raw) if isinstance(raw, bytes) else raw)
    how = _how(door, arrived_at, envelope_from, uid_validity, uid)
    passing(Point.INTAKE_BEFORE_STORE)
    try:
        # it is read from and nothing else
        blob = save(cast(BinaryIO, stream), filename="mail.eml", limit=most_bytes(), is_scanned=False)
    except TooLarge:
        return _keep_headers(stream.beginning, mailbox, how)
    passing(Point.INTAKE_STORED)
    received, is_new = _row(blob, mailbox, how)
    if is_new:
        publish(MailArrived(received))
    return received


def receive_headers(
    raw: bytes,
    *,
    mailbox: Mailbox,
    door: Door,
    arrived_at: datetime | None = None,
    uid_validity: int | None = None,
    uid: int | None = None,
) -> InboundMessage:
    """Keep what can be had of a mail whose door says beforehand that it is too large."""
    return _keep_headers(raw, mailbox, _how(door, arrived_at, None, uid_validity, uid))


def receive_unfetched(
    raw: bytes,
    *,
    mailbox: Mailbox,
    door: Door,
    arrived_at: datetime | None = None,
    uid_validity: int | None = None,
    uid: int | None = None,
) -> InboundMessage:
    """Keep that there is a mail which its server lists and does not hand over, with what can be had of it."""
    what_is_known = (
        headers_of(raw) or f"X-Not-Fetched: UID {uid} of UIDVALIDITY {uid_validity}\r\n\r\n".encode()
    )
    how = _how(door, arrived_at, None, uid_validity, uid)
    said = "Its server lists it and does not hand it over. It is still there."
    return _keep_part(what_is_known, mailbox, how, Reason.UNREADABLE, said)


def fail(inbound: InboundMessage, reason: Reason, detail: str) -> None:
    """What a door could not bring in whole: somebody has to look."""
    inbound.verdict, inbound.reason, inbound.detail = Verdict.FAILED, reason, detail
    inbound.decided_at = clock.now()
    db.session.flush()


def headers_of(raw: bytes) -> bytes:
    """The bytes up to the first empty line, which is among them; at most LONGEST_HEADERS."""
    ends = [place + len(gap) for gap in (b"\r\n\r\n", b"\n\n") if (place := raw.find(gap)) >= 0]
    return raw[: min([*ends, LONGEST_HEADERS])]


def _keep_headers(raw: bytes, mailbox: Mailbox, how: dict[str, Any]) -> InboundMessage:
    """So that people learn who wanted to tell them what."""
    said = f"It has more than {configuration().max_mail_mb} MB: these are its headers."
    return _keep_part(headers_of(raw), mailbox, how, Reason.TOO_LARGE, said)


def _keep_part(
    part: bytes, mailbox: Mailbox, how: dict[str, Any], reason: Reason, said: str
) -> InboundMessage:
    blob = save(BytesIO(part), filename="headers.eml", limit=most_bytes(), is_scanned=False)
    passing(Point.INTAKE_STORED)
    received, is_new = _row(blob, mailbox, how)
    if is_new:
        fail(received, reason, said)
    return received


def _how(
    door: Door,
    arrived_at: datetime | None,
    envelope_from: str | None,
    uid_validity: int | None,
    uid: int | None,
) -> dict[str, Any]:
    return {
        "door": door,
        "arrived_at": arrived_at or clock.now(),
        "envelope_from": envelope_from,
        "uid_validity": uid_validity,
        "uid": uid,
    }


def _row(blob: Blob, mailbox: Mailbox, how: dict[str, Any]) -> tuple[InboundMessage, bool]:
    """The row of these bytes in this mailbox, and whether it is new.

    Whoever brings the same at the same moment waits: the row of the content is locked until the commit.
    """
    values = insert(InboundMessage).values(mailbox_id=mailbox.id, sha256=blob.sha256, size=blob.size, **how)
    once = values.on_conflict_do_nothing(index_elements=[InboundMessage.mailbox_id, InboundMessage.sha256])
    made = db.session.scalars(once.returning(InboundMessage)).one_or_none()
    if made is not None:
        return made, True
    known = select(InboundMessage).where(
        InboundMessage.mailbox_id == mailbox.id, InboundMessage.sha256 == blob.sha256
    )
    return db.session.scalars(known).one(), False


class _Remembering:
    """A stream that remembers how it began."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.beginning = b""

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        if len(self.beginning) < LONGEST_HEADERS:
            self.beginning += piece[:LONGEST_HEADERS]
        return piece
