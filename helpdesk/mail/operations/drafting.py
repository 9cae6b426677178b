"""A letter for the outbox: to whom and about what; its text is made when it is sent."""

import re
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.mail.links import base_url
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.settings.catalogue import load_desk
from helpdesk.tickets.models import Comment, GuestRequest, Ticket


def draft(
    purpose: MailPurpose,
    *,
    to: Iterable[tuple[User, EmailAddress]],
    ticket: Ticket | None = None,
    comment: Comment | None = None,
    guest_request: GuestRequest | None = None,
) -> OutboxMessage:
    """Put a message with its recipients into the outbox, under a Message-ID that stays."""
    message = OutboxMessage(
        purpose=purpose,
        template=purpose.value,
        message_id=new_message_id(),
        ticket_id=ticket.id if ticket else None,
        comment_id=comment.id if comment else None,
        guest_request_id=guest_request.id if guest_request else None,
        recipients=[OutboxRecipient(user_id=person.id, address_id=address.id) for person, address in to],
    )
    db.session.add(message)
    db.session.flush()
    return message


def new_message_id() -> str:
    """A Message-ID (RFC 5322) below the desk's own host."""
    host = urlsplit(base_url(load_desk())).hostname or ""
    return f"<{secrets.token_hex(16)}@{host if re.fullmatch(r'[a-z0-9.-]+', host) else 'localhost'}>"
