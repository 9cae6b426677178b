"""Mails as tests write them, what becomes of one that arrives, and what the desk sends."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import Door, InboundMessage, Mailbox, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.filing import file_message
from helpdesk.mail.operations.receiving import receive
from helpdesk.mail.queries import one_recipient
from helpdesk.mail.rendering import render_for_admin
from helpdesk.tickets.models import Ticket

SUPPORT = "support@desk.example"
FROM_CARL = "Carl Customer <carl@customer.example>"
FROM_OLGA = "Olga Other <olga@stranger.example>"
FROM_NOBODY = "Nora New <nora@new.example>"


def a_mailbox(address: str = SUPPORT, **values: Any) -> Mailbox:
    """A mailbox that was switched on yesterday."""
    given = {
        "name": "Support",
        "address": address,
        "address_key": address,
        "connected_at": clock.now() - timedelta(days=1),
        "has_plus_addresses": True,
        **values,
    }
    mailbox = Mailbox(**given)
    db.session.add(mailbox)
    db.session.flush()
    return mailbox


def written(
    *,
    sender: str = FROM_CARL,
    to: str = SUPPORT,
    subject: str = "The printer is on fire",
    text: str = "It burns.",
    **headers: str,
) -> EmailMessage:
    """A mail; `in_reply_to="<…>"` becomes the header In-Reply-To."""
    message = EmailMessage()
    if sender:
        message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def arrives(
    mailbox: Mailbox,
    message: EmailMessage | bytes | None = None,
    *,
    arrived_at: datetime | None = None,
    envelope_from: str | None = None,
    **parts: str,
) -> InboundMessage:
    """A mail is received and filed. Without one given, it is written from its parts."""
    raw = message if isinstance(message, bytes) else bytes(message or written(**parts))
    inbound = receive(
        raw, mailbox=mailbox, door=Door.IMAP, arrived_at=arrived_at, envelope_from=envelope_from
    )
    file_message(inbound)
    db.session.refresh(inbound)
    return inbound


def told(inbound: InboundMessage) -> tuple[str, str | None]:
    """Verdict and reason."""
    return inbound.verdict.value, inbound.reason.value if inbound.reason else None


def mails_about(number: str) -> list[str]:
    """Every mail that goes out, or went, to anybody about this ticket: head and words, as administrators see them."""
    found = (
        select(OutboxRecipient.id)
        .join(OutboxRecipient.message)
        .join(Ticket, Ticket.id == OutboxMessage.ticket_id)
        .where(Ticket.ticket_number == number)
    )
    recipients = db.session.scalars(found).all()
    return [str(render_for_admin(db.session.scalars(one_recipient(each)).one())) for each in recipients]
