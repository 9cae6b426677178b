"""How far letters have come: what waits and nobody attends to, and who is still to get what waits."""

from datetime import timedelta

from sqlalchemy import Select, String, cast, exists, func, select

from helpdesk.background.tables import queued
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import DeliveryState, OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Ticket, ticket_participants

PENDING = (DeliveryState.WAITING, DeliveryState.SENDING)
ABANDONED_AFTER = timedelta(hours=1)
"""A letter that is being sent for so long has lost whoever sent it."""


def unattended() -> Select[OutboxMessage]:
    """Letters that wait while no job is to bring them: they were written before any mailbox could send."""
    once = func.concat("mail.deliver ", cast(OutboxMessage.id, String))
    has_job = exists().where(queued.c.queueing_lock == once, queued.c.status == "todo")
    waits = OutboxRecipient.state == DeliveryState.WAITING
    abandoned = (OutboxRecipient.state == DeliveryState.SENDING) & (
        OutboxRecipient.state_at < clock.now() - ABANDONED_AFTER
    )
    pending = exists().where(OutboxRecipient.message_id == OutboxMessage.id, waits | abandoned)
    return (
        select(OutboxMessage)
        .where(pending, ~has_job, OutboxMessage.send_after <= clock.now())
        .order_by(OutboxMessage.id)
    )


def takes_part(ticket: Ticket, user_id: int) -> bool:
    """Whether it is this customer's ticket, or one in which they were asked to take part."""
    if ticket.requester_id == user_id:
        return True
    invited = exists().where(
        ticket_participants.c.ticket_id == ticket.id, ticket_participants.c.user_id == user_id
    )
    return bool(db.session.scalar(select(invited)))
