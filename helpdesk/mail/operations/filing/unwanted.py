"""Mail that nobody should answer or even see: our own, the second copy, blocked, spam, loops."""

from datetime import timedelta

from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.mail.models import InboundMessage, OutboxMessage, Reason, Verdict
from helpdesk.mail.operations.blocking import block_of
from helpdesk.mail.operations.filing.mails import Mail
from helpdesk.mail.operations.filing.verdicts import Decision
from helpdesk.mail.own_addresses import is_own

AN_HOUR = timedelta(hours=1)
MOST_ALIKE = 5
"""Mails of one sender that differ in numbers alone, within an hour. What says that a machine wrote it is never
answered, so it starts no loop."""
MOST_FROM_ONE = 100
"""Mails of one sender within an hour, whatever is in them."""


def as_our_own(mail: Mail) -> Decision | None:
    """Mail of ours that came back is ignored. What merely bears an address of ours may be a form on our own site."""
    came_back = mail.row.message_id is not None and _is_sent_by_us(mail.row.message_id)
    if came_back and not mail.is_released:
        return Decision(Verdict.IGNORED, Reason.OWN_MAIL)
    if is_own(mail.parsed.from_address, mail.own) and not mail.is_released:
        return Decision(Verdict.SUSPENDED, Reason.OWN_MAIL)
    return None


def as_duplicate(mail: Mail) -> Decision | None:
    """The same mail came to this mailbox by another way: through a list, or to an alias."""
    if mail.row.message_id is None or mail.row.parsed is None:
        return None
    twin = db.session.scalars(
        select(InboundMessage)
        .where(
            InboundMessage.message_id == mail.row.message_id,
            InboundMessage.mailbox_id == mail.mailbox.id,
            InboundMessage.id != mail.row.id,
            InboundMessage.verdict.in_((Verdict.NEW_TICKET, Verdict.REPLY)),
            InboundMessage.parsed["content_digest"].astext == mail.row.parsed["content_digest"],
        )
        .order_by(InboundMessage.id)
        .limit(1)
    ).one_or_none()
    if twin is None or mail.is_released:
        return None
    return Decision(Verdict.IGNORED, Reason.DUPLICATE, detail=f"{twin.id}")


def as_blocked(mail: Mail) -> Decision | None:
    """What the block list is about, replies included. Staff are never blocked."""
    if mail.is_released or (mail.person and mail.person.is_staff and mail.person.is_active):
        return None
    blocked = block_of(mail.sender)
    return Decision(Verdict.SUSPENDED, Reason.BLOCKED, detail=blocked.value) if blocked else None


def as_spam(mail: Mail) -> Decision | None:
    """What the mailbox's server marked, where it is believed."""
    if mail.is_released or not mail.mailbox.trusts_spam_headers:
        return None
    marks = [*mail.parsed.headers.get("x-spam-flag", []), *mail.parsed.headers.get("x-spam-status", [])]
    is_spam = any(mark.strip().casefold().startswith("yes") for mark in marks)
    return Decision(Verdict.SUSPENDED, Reason.SPAM) if is_spam else None


def as_loop(mail: Mail) -> Decision | None:
    """Too much of the same within the hour before it reached its server: not the hour in which it is imported."""
    if mail.is_released or mail.row.parsed is None:
        return None
    likeness = mail.row.parsed["likeness"]
    until = mail.row.arrived_at
    alike, of_sender = db.session.execute(
        select(func.count().filter(InboundMessage.parsed["likeness"].astext == likeness), func.count()).where(
            InboundMessage.sender == mail.sender,
            InboundMessage.id != mail.row.id,
            InboundMessage.arrived_at.between(until - AN_HOUR, until),
            InboundMessage.verdict.in_((Verdict.NEW_TICKET, Verdict.REPLY, Verdict.SUSPENDED)),
        )
    ).one()
    is_loop = of_sender >= MOST_FROM_ONE or (mail.automatic is None and alike >= MOST_ALIKE)
    return Decision(Verdict.SUSPENDED, Reason.LOOP) if is_loop else None


def _is_sent_by_us(message_id: str) -> bool:
    ours = select(OutboxMessage.id).where(OutboxMessage.message_id == message_id)
    return db.session.scalar(ours) is not None
