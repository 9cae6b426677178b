"""What lies in the outbox: for the list of administrators, and one letter with all it needs to be written."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.mail.models import OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Comment, Ticket


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
        message.joinedload(OutboxMessage.comment).joinedload(Comment.author),
        joinedload(OutboxRecipient.user),
        joinedload(OutboxRecipient.address),
    )
