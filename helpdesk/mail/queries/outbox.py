"""What lies in the outbox: for the list of administrators, and one letter with all it needs to be written."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Text, func, or_, select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.pagination import Key
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Comment, Ticket

ORDERS = {
    "latest": (Key(OutboxRecipient.id, descending=True),),
    "to": (
        Key(func.lower(func.coalesce(EmailAddress.email, ""), type_=Text())),
        Key(OutboxRecipient.id, descending=True),
    ),
    "state": (Key(OutboxRecipient.state), Key(OutboxRecipient.id, descending=True)),
}


def outbox_rows() -> Select[*tuple[Any, ...]]:
    """One row a recipient: recipient_id, purpose, created_at, state, state_at, last_error, user_id, full_name,
    is_staff, email, ticket_number. Unordered, so that it can be paged by created_at and recipient_id."""
    return (
        select(
            OutboxRecipient.id.label("recipient_id"),
            OutboxMessage.purpose,
            OutboxRecipient.created_at,
            OutboxRecipient.state,
            OutboxRecipient.state_at,
            OutboxRecipient.last_error,
            User.id.label("user_id"),
            User.full_name,
            User.is_staff,
            func.coalesce(EmailAddress.email, "").label("email"),
            Ticket.ticket_number,
        )
        .join(OutboxRecipient.message)
        .join(OutboxRecipient.user)
        .outerjoin(OutboxRecipient.address)
        .outerjoin(OutboxMessage.ticket)
    )


def mails_mentioning(
    rows: Select[*tuple[Any, ...]], text: str, *, purposes: Sequence[MailPurpose] = ()
) -> Select[*tuple[Any, ...]]:
    """Those of `outbox_rows` whose receiver's name or address contains the text, about the ticket of that number, or
    for one of these purposes."""
    return rows.where(
        or_(
            EmailAddress.email.icontains(text, autoescape=True),
            User.full_name.icontains(text, autoescape=True),
            Ticket.ticket_number == text.upper().removeprefix("#"),
            OutboxMessage.purpose.in_(purposes),
        )
    )


def outbox_counts() -> Select[int, int]:
    """How many mails wait, and how many failed: what may need somebody."""
    waiting = OutboxRecipient.state.in_((DeliveryState.WAITING, DeliveryState.SENDING))
    failed = OutboxRecipient.state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED))
    return select(func.count().filter(waiting), func.count().filter(failed)).where(waiting | failed)


def one_recipient(recipient_id: int) -> Select[OutboxRecipient]:
    """A recipient with everything rendering reads, in one statement."""
    return _loaded(select(OutboxRecipient).where(OutboxRecipient.id == recipient_id))


def recipients_of(message_id: int) -> Select[OutboxRecipient]:
    """Everybody a message goes to, each with everything rendering reads."""
    found = select(OutboxRecipient).where(OutboxRecipient.message_id == message_id)
    return _loaded(found.order_by(OutboxRecipient.id))


def _loaded(recipients: Select[OutboxRecipient]) -> Select[OutboxRecipient]:
    message = joinedload(OutboxRecipient.message)
    return recipients.options(
        message.joinedload(OutboxMessage.ticket),
        message.joinedload(OutboxMessage.own_words),
        message.joinedload(OutboxMessage.mailbox),
        message.joinedload(OutboxMessage.comment).joinedload(Comment.author),
        joinedload(OutboxRecipient.user),
        joinedload(OutboxRecipient.address),
    )
