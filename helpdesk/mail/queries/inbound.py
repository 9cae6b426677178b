"""What came in: for the list of administrators, and one mail with what its page shows."""

from typing import Any

from sqlalchemy import Select, Text, func, or_, select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import User
from helpdesk.core.pagination import Key
from helpdesk.mail.models import InboundMessage, Mailbox
from helpdesk.tickets.models import Ticket

INBOUND_ORDERS = {
    "latest": (Key(InboundMessage.id, descending=True),),
    "sender": (Key(func.lower(InboundMessage.sender, type_=Text())), Key(InboundMessage.id, descending=True)),
    "subject": (
        Key(func.lower(InboundMessage.subject, type_=Text())),
        Key(InboundMessage.id, descending=True),
    ),
    "size": (Key(InboundMessage.size, descending=True), Key(InboundMessage.id, descending=True)),
}


def inbound_rows() -> Select[*tuple[Any, ...]]:
    """One row a mail: inbound_id, created_at, arrived_at, verdict, reason, detail, sender, sender_name, subject, size,
    door, mailbox_id, mailbox, ticket_number, released_by. Unordered, so that it can be paged."""
    released_by = select(User.full_name).where(User.id == InboundMessage.released_by_id).scalar_subquery()
    return (
        select(
            InboundMessage.id.label("inbound_id"),
            InboundMessage.created_at,
            InboundMessage.arrived_at,
            InboundMessage.verdict,
            InboundMessage.reason,
            InboundMessage.detail,
            InboundMessage.sender,
            InboundMessage.sender_name,
            InboundMessage.subject,
            InboundMessage.size,
            InboundMessage.door,
            InboundMessage.mailbox_id,
            Mailbox.name.label("mailbox"),
            Ticket.ticket_number,
            released_by.label("released_by"),
        )
        .join(InboundMessage.mailbox)
        .outerjoin(InboundMessage.ticket)
    )


def inbound_mentioning(rows: Select[*tuple[Any, ...]], text: str) -> Select[*tuple[Any, ...]]:
    """Those of `inbound_rows` whose sender or subject contains the text, with this Message-ID, or of this ticket."""
    return rows.where(
        or_(
            InboundMessage.sender.icontains(text, autoescape=True),
            InboundMessage.sender_name.icontains(text, autoescape=True),
            InboundMessage.subject.icontains(text, autoescape=True),
            InboundMessage.message_id == f"<{text.strip('<> ')}>",
            Ticket.ticket_number == text.upper().removeprefix("#"),
        )
    )


def one_inbound(inbound_id: int) -> Select[InboundMessage]:
    """A mail with its mailbox, ticket and sender."""
    return (
        select(InboundMessage)
        .where(InboundMessage.id == inbound_id)
        .options(
            joinedload(InboundMessage.mailbox),
            joinedload(InboundMessage.ticket),
            joinedload(InboundMessage.person),
        )
    )
