"""What the mails say about the messages of a ticket: columns beside `messages_of`, so that its page asks once."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, or_, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.json_columns import json_object, or_empty
from helpdesk.mail.models import (
    BlockedSender,
    BlockKind,
    InboundMessage,
    Mailbox,
    MailPurpose,
    OutboxMessage,
    OutboxRecipient,
    Reason,
)
from helpdesk.tickets.models import Comment, Ticket
from helpdesk.tickets.timeline import messages

TO_CUSTOMERS = (MailPurpose.TICKET_ANSWERED, MailPurpose.TICKET_RECEIVED)
"""The letters that a message brings to those outside: notices to colleagues are no part of the conversation."""


@cache
def messages_with_mail() -> Select[*tuple[Any, ...]]:
    """`messages` of the ticket whose `ticket_id` it is run with, each with `mail` (how it arrived, null where by no
    mail) and `deliveries` (to whom it went).
    """
    one = messages().where(Comment.ticket_id == bindparam("ticket_id"))
    return one.add_columns(arrival().label("mail"), deliveries().label("deliveries"))


def arrival() -> ColumnElement[Any]:
    """The mail that a message came in as: one JSON column of its row, null for all others."""
    names = json_object(
        sender=InboundMessage.sender,
        sender_name=InboundMessage.sender_name,
        subject=InboundMessage.subject,
        sent_at=InboundMessage.sent_at,
        arrived_at=InboundMessage.arrived_at,
        size=InboundMessage.size,
        reason=InboundMessage.reason,
        automatic=InboundMessage.parsed["automatic"].astext,
        mailbox=select(Mailbox.address)
        .where(Mailbox.id == InboundMessage.mailbox_id)
        .correlate(InboundMessage)
        .scalar_subquery(),
        is_blocked=is_blocked(InboundMessage.sender),
    )
    return (
        select(names)
        .where(InboundMessage.comment_id == Comment.id)
        .order_by(InboundMessage.id)
        .limit(1)
        .correlate(Comment)
        .scalar_subquery()
    )


def deliveries() -> ColumnElement[Any]:
    """Each delivery of a message to somebody outside, oldest first: one JSON column of its row."""
    names = json_object(
        id=OutboxRecipient.id,
        email=EmailAddress.email,
        kind=OutboxRecipient.kind,
        state=OutboxRecipient.state,
        state_at=OutboxRecipient.state_at,
        attempts=OutboxRecipient.attempts,
        error=OutboxRecipient.last_error,
        answer=OutboxRecipient.answer,
        purpose=OutboxMessage.purpose,
    )
    listed = func.jsonb_agg(names).aggregate_order_by(OutboxRecipient.id)
    return (
        select(or_empty(listed))
        .join_from(OutboxRecipient, OutboxMessage, OutboxRecipient.message_id == OutboxMessage.id)
        .outerjoin(OutboxRecipient.address)
        .where(OutboxMessage.comment_id == Comment.id, OutboxMessage.purpose.in_(TO_CUSTOMERS))
        .correlate(Comment)
        .scalar_subquery()
    )


def is_blocked(email_key: Any) -> ColumnElement[bool]:
    """Whether mail from a normalised address is suspended: it is blocked, or its domain or one above that is.

    As operations.blocking asks of one address, here of the addresses in a column.
    """
    domain = func.concat(".", func.split_part(email_key, "@", 2))
    is_of_domain = domain.endswith(func.concat(".", BlockedSender.value))
    return (
        select(BlockedSender.id)
        .where(
            or_(
                (BlockedSender.kind == BlockKind.ADDRESS) & (BlockedSender.value == email_key),
                (BlockedSender.kind == BlockKind.DOMAIN) & is_of_domain,
            )
        )
        .exists()
    )


def has_blocked_address() -> ColumnElement[bool]:
    """Whether mail from an address of the person of the row is suspended."""
    blocked = (
        select(literal(True))
        .where(EmailAddress.user_id == User.id, is_blocked(EmailAddress.email_key))
        .correlate(User)
        .limit(1)
    )
    # no EXISTS: PostgreSQL would find the blocked ones among all addresses there are, for the fifty of a page
    return func.coalesce(blocked.scalar_subquery(), False)


def is_automatic() -> ColumnElement[bool]:
    """Whether the ticket of the row was opened by a mail that nobody wrote: an alarm of a machine, a newsletter."""
    return (
        select(InboundMessage.id)
        .where(InboundMessage.ticket_id == Ticket.id, InboundMessage.reason == Reason.AUTOMATIC)
        .join(Comment, Comment.id == InboundMessage.comment_id)
        .where(Comment.is_opening)
        .correlate(Ticket)
        .exists()
    )


def arrived_as(ticket: Ticket, comment_id: int) -> Select[InboundMessage]:
    """The mail that this message of the ticket came in as."""
    return (
        select(InboundMessage)
        .join(Comment, Comment.id == InboundMessage.comment_id)
        .where(Comment.id == comment_id, Comment.ticket_id == ticket.id)
        .order_by(InboundMessage.id)
        .limit(1)
    )
