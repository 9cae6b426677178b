"""A letter for the outbox: to whom and about what; its text is made when it is sent."""

import re
import secrets
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.core.faults import Point, passing
from helpdesk.mail import reply_tokens
from helpdesk.mail.events import LetterWaits
from helpdesk.mail.links import base_url
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.settings.catalogue import load_desk
from helpdesk.tickets.models import Comment, GuestRequest, RecipientKind, Ticket


def draft(
    purpose: MailPurpose,
    *,
    to: Iterable[tuple[User, EmailAddress]],
    cc: Iterable[tuple[User, EmailAddress]] = (),
    bcc: Iterable[tuple[User, EmailAddress]] = (),
    ticket: Ticket | None = None,
    comment: Comment | None = None,
    guest_request: GuestRequest | None = None,
) -> OutboxMessage:
    """Put a message with its recipients into the outbox, under a Message-ID that stays."""
    kinds = ((RecipientKind.TO, to), (RecipientKind.CC, cc), (RecipientKind.BCC, bcc))
    recipients = [
        OutboxRecipient(user_id=person.id, address_id=address.id, kind=kind)
        for kind, people in kinds
        for person, address in people
    ]
    message = OutboxMessage(
        purpose=purpose,
        template=purpose.value,
        message_id=new_message_id(ticket, recipients),
        ticket_id=ticket.id if ticket else None,
        comment_id=comment.id if comment else None,
        guest_request_id=guest_request.id if guest_request else None,
        recipients=recipients,
    )
    db.session.add(message)
    db.session.flush()
    passing(Point.OUTBOX_INSERTED)
    return message


def post(message: OutboxMessage) -> None:
    """Let it wait for the worker."""
    publish(LetterWaits(message))


def new_message_id(ticket: Ticket | None = None, recipients: Sequence[OutboxRecipient] = ()) -> str:
    """A Message-ID (RFC 5322) below the desk's own host. One about a ticket tells it when it comes back in an answer.

    Only a letter to one person alone says to whom: the others would read it.
    """
    host = urlsplit(base_url(load_desk())).hostname or ""
    host = host if re.fullmatch(r"[a-z0-9.-]+", host) else "localhost"
    if ticket is None:
        return f"<{secrets.token_hex(16)}@{host}>"
    alone = recipients[0].user_id if len(recipients) == 1 else reply_tokens.ANYBODY
    return reply_tokens.new_message_id(host, reply_tokens.reply_token(ticket.id, alone))
