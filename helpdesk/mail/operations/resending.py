"""Sending again what was lost: all of one ticket or message, and of many tickets at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.failing import resend
from helpdesk.mail.policy import LOST
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.bulk import BulkResult, Outlook


def lost_of(tickets: Select[Ticket]) -> Select[OutboxRecipient]:
    """The deliveries that these tickets are marked for: answers that did not arrive, and nobody has seen to it."""
    marked = tickets.where(Ticket.delivery_failed_at.is_not(None)).order_by(None).with_only_columns(Ticket.id)
    return (
        select(OutboxRecipient)
        .join(OutboxRecipient.message)
        .join(OutboxMessage.ticket)
        .where(
            Ticket.id.in_(marked),
            OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED,
            OutboxRecipient.state.in_(LOST),
            OutboxRecipient.state_at >= Ticket.delivery_failed_at,
        )
        .order_by(OutboxRecipient.id)
    )


def resend_these(recipients: Sequence[OutboxRecipient], *, by: User) -> int:
    """Let all of them wait once more; how many they are. Raises Conflict, and then none of them does."""
    for recipient in recipients:
        resend(recipient, by)
    return len(recipients)


def resend_all(tickets: Select[Ticket], *, by: User) -> BulkResult:
    """Send again what was lost of these tickets; one of which something is of no use any more stays and is named."""
    by_ticket: dict[tuple[int, str], list[OutboxRecipient]] = defaultdict(list)
    for ticket_id, number, recipient in db.session.execute(_with_ticket(tickets)).all():
        by_ticket[ticket_id, number].append(recipient)
    result = BulkResult([])
    for (ticket_id, number), recipients in by_ticket.items():
        try:
            with db.session.begin_nested():
                resend_these(recipients, by=by)
        except Unwelcome as refusal:
            result.refused[number] = refusal.sentence
        else:
            result.changed.append(ticket_id)
    return result


def foresee_resending(tickets: Select[Ticket]) -> Outlook:
    """Which of these tickets have something that was lost."""
    found = db.session.execute(_with_ticket(tickets)).all()
    return Outlook(list(dict.fromkeys(row[0] for row in found)))


def _with_ticket(tickets: Select[Ticket]) -> Select[*tuple[Any, ...]]:
    return lost_of(tickets).with_only_columns(Ticket.id, Ticket.ticket_number, OutboxRecipient)
