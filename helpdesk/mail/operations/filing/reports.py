"""Delivery reports: matched to the very letter and receiver they tell of."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from helpdesk.core.db import db
from helpdesk.mail.models import DeliveryState, OutboxMessage, OutboxRecipient, Reason, Verdict
from helpdesk.mail.operations.failing import delivery_failed
from helpdesk.mail.operations.filing.mails import Mail, key_of
from helpdesk.mail.operations.filing.verdicts import Decision
from helpdesk.mail.parsing.parsed import Bounce
from helpdesk.tickets.models import Ticket


def as_report(mail: Mail) -> Decision | None:
    """What a report says is kept at the letter it tells of; one that tells of no letter of ours is ignored."""
    report = mail.parsed.bounce
    if report is None:
        if mail.automatic == "bounce":
            return Decision(Verdict.IGNORED, Reason.AUTOMATIC)
        return None
    recipients = _receivers(report, mail)
    if not recipients:
        return Decision(Verdict.IGNORED, Reason.AUTOMATIC)
    recipient = _meant(report, recipients)
    message = recipients[0].message
    ticket = db.session.get(Ticket, message.ticket_id) if message.ticket_id else None
    if recipient is not None and report.is_permanent:
        delivery_failed(recipient, state=DeliveryState.BOUNCED, answer=_said(report))
    return Decision(Verdict.BOUNCE, ticket=ticket, recipient=recipient, detail=_said(report)[:500])


def _receivers(report: Bounce, mail: Mail) -> Sequence[OutboxRecipient]:
    """Everybody the letter went to whose Message-ID the report holds, or answers."""
    ids = [report.original_message_id, *mail.parsed.in_reply_to, *reversed(mail.parsed.references)]
    letters = (
        select(OutboxRecipient)
        .join(OutboxRecipient.message)
        .options(joinedload(OutboxRecipient.message), joinedload(OutboxRecipient.address))
    )
    for message_id in dict.fromkeys(filter(None, ids[:20])):
        found = db.session.scalars(
            letters.where(OutboxMessage.message_id == message_id).order_by(OutboxRecipient.id)
        ).all()
        if found:
            return found
    return ()


def _meant(report: Bounce, recipients: Sequence[OutboxRecipient]) -> OutboxRecipient | None:
    """By address; where a forwarding server names another one, the only receiver it can be."""
    failed = key_of(report.final_recipient)
    by_address = [each for each in recipients if failed and key_of(each.email) == failed]
    if by_address:
        return by_address[0]
    return recipients[0] if len(recipients) == 1 else None


def _said(report: Bounce) -> str:
    return " ".join(filter(None, (report.final_recipient, report.status, report.diagnostic)))
