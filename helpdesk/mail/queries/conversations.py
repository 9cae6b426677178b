"""What a letter needs to know of its conversation: subject, signature, the mails before it, what was lost."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all

from helpdesk.accounts.models import EmailAddress, Team
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.mail.filling import harmless
from helpdesk.mail.headers import is_message_id
from helpdesk.mail.models import (
    DeliveryState,
    InboundMessage,
    Mailbox,
    MailPurpose,
    OutboxMessage,
    OutboxRecipient,
)
from helpdesk.mail.senders import senders
from helpdesk.tickets.models import Comment, Ticket

CONVERSATION = (
    MailPurpose.TICKET_RECEIVED,
    MailPurpose.TICKET_ANSWERED,
    MailPurpose.TICKET_LINK,
)
"""The letters customers see as one conversation, together with their own mails."""
LONGEST_THREAD = 12
"""Message-IDs in References: the first one, and the latest (RFC 5322 wants the first kept)."""
_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|antw|antwort|sv|vs|ref|odp|ynt|fwd?|wg|tr|rv|enc|doorst)\s*(?:\[\d+\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What all letters of a ticket have in common."""

    ticket: Ticket
    began_as: str
    """The subject of the mail it began with; empty where it began otherwise."""
    signature: str
    """The team's own signature, then that of the mailbox its answers leave from."""

    def subject(self, *, is_answer: bool) -> str:
        """As the first mail was called, else title and number: mail programs keep together what is called so."""
        theirs = _PREFIX.sub("", one_line(self.began_as))
        subject = theirs or f"{one_line(self.ticket.title)} [{self.ticket.ticket_number}]"
        return f"Re: {subject}" if is_answer or theirs else subject


def conversation_of(ticket: Ticket) -> Conversation:
    """Costs one statement."""
    began = (
        select(InboundMessage.subject)
        .join(Comment, Comment.id == InboundMessage.comment_id)
        .where(Comment.ticket_id == ticket.id, Comment.is_opening)
        .order_by(InboundMessage.id)
        .limit(1)
    )
    team = select(Team.signature).where(Team.id == ticket.team_id)
    mailbox = senders(ticket).with_only_columns(Mailbox.signature).limit(1)
    asked = select(*(each.scalar_subquery() for each in (began, team, mailbox)))
    began_as, *signatures = db.session.execute(asked).one()
    signed = "\n\n".join(each.strip() for each in signatures if each and each.strip())
    return Conversation(ticket, began_as or "", signed)


def thread_before(message: OutboxMessage) -> Sequence[str]:
    """The Message-IDs of the conversation before this letter, oldest first. Only what customers could see is named."""
    came = (
        select(InboundMessage.message_id.label("message_id"), Comment.created_at.label("moment"))
        .join(Comment, Comment.id == InboundMessage.comment_id)
        .where(
            Comment.ticket_id == message.ticket_id,
            Comment.published_at.is_not(None),
            ~Comment.is_internal,
            InboundMessage.message_id.is_not(None),
            InboundMessage.created_at <= message.created_at,
        )
    )
    went = select(OutboxMessage.message_id, OutboxMessage.created_at).where(
        OutboxMessage.ticket_id == message.ticket_id,
        OutboxMessage.purpose.in_(CONVERSATION),
        OutboxMessage.id < message.id,
    )
    both = union_all(came, went).subquery()
    found = db.session.scalars(select(both.c.message_id).order_by(both.c.moment, both.c.message_id))
    ids = [each for each in dict.fromkeys(found) if is_message_id(each)]
    return ids if len(ids) <= LONGEST_THREAD else [ids[0], *ids[1 - LONGEST_THREAD :]]


def failures_of(message: OutboxMessage) -> str:
    """A line for each address that the answer of this message did not reach, with what the server said."""
    lost = (
        select(EmailAddress.email, OutboxRecipient.last_error)
        .join_from(OutboxRecipient, OutboxMessage, OutboxRecipient.message_id == OutboxMessage.id)
        .outerjoin(EmailAddress, EmailAddress.id == OutboxRecipient.address_id)
        .where(
            OutboxMessage.comment_id == message.comment_id,
            OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED,
            OutboxRecipient.state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED)),
        )
        .order_by(OutboxRecipient.id)
    )
    return "\n".join(
        f"{email or 'an address that is gone'}: {harmless(error or '')}".rstrip(": ")
        for email, error in db.session.execute(lost)
    )
