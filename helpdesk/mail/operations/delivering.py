"""Delivering a letter: marked as being sent, handed to a server, marked with what it answered; each step is committed.

Whoever dies in between leaves a letter that is being sent. It is sent again, under the same Message-ID: twice is better
than never, and mail programs show it once.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.faults import Point, passing
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.composing import Envelope, compose, enclosed_with
from helpdesk.mail.models import (
    DeliveryState,
    Mailbox,
    MailboxState,
    MailPurpose,
    OutboxMessage,
    OutboxRecipient,
)
from helpdesk.mail.operations.failing import arrived, delivery_failed
from helpdesk.mail.operations.linking import new_link
from helpdesk.mail.operations.positions import state_of
from helpdesk.mail.policy import is_still_wanted
from helpdesk.mail.queries import one_recipient
from helpdesk.mail.queries.conversations import CONVERSATION, thread_before
from helpdesk.mail.queries.deliveries import PENDING, takes_part
from helpdesk.mail.rendering import render
from helpdesk.mail.senders import default_sender, sender_of
from helpdesk.mail.smtp import Account, Courier, NotTaken, account_of
from helpdesk.settings.catalogue import load_desk
from helpdesk.tickets.models import RecipientKind, Ticket

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
TRIES = 20
"""Together about a day: a server that is down over night is no failure."""
BRAKED_FOR = timedelta(minutes=5)
HOUR = timedelta(hours=1)
UNWANTED = "Not sent: the account, the address or the ticket it is about has changed since."


def deliver_message(message_id: int) -> datetime | None:
    """Send a letter to everybody it still waits for. Returns when to come again for those who were put off.

    Does nothing where no mailbox can send.
    """
    account: Account | None = None
    with unit_of_work():
        message = db.session.get(OutboxMessage, message_id)
        sender = _sender(message) if message else None
        waiting = _waiting_for(message_id) if sender else []
        if sender is not None and waiting:
            account = _account(sender, waiting)
    if account is not None:
        with Courier(account) as courier:
            for recipient_id in waiting:
                _deliver(recipient_id, courier, account)
    with unit_of_work():
        return _next_moment(message_id) if sender else None


def due_at(recipient: OutboxRecipient) -> datetime:
    """When the next try is: each time after twice as long."""
    if recipient.attempts == 0:
        return recipient.state_at
    wait: timedelta = min(FIRST_WAIT * 2 ** min(recipient.attempts - 1, 20), LONGEST_WAIT)
    return recipient.state_at + wait


def _deliver(recipient_id: int, courier: Courier, account: Account) -> None:
    with unit_of_work():
        envelope = _begin(recipient_id, account.mailbox_id)
    if envelope is None:
        return
    passing(Point.SMTP_MARKED_SENDING)
    try:
        answer = courier.bring(envelope)
    except NotTaken as refusal:
        with unit_of_work():
            _put_off_or_fail(recipient_id, refusal, account.mailbox_id)
    else:
        passing(Point.SMTP_BEFORE_MARKED_SENT)
        with unit_of_work():
            _mark_sent(recipient_id, answer, account.mailbox_id)
        passing(Point.SMTP_MARKED_SENT)


def _sender(message: OutboxMessage) -> Mailbox | None:
    """Where it leaves from now: as the ticket stands, which may have moved since it was drafted."""
    if message.ticket_id is None:
        return default_sender()
    return sender_of(db.session.get_one(Ticket, message.ticket_id))


def _waiting_for(message_id: int) -> Sequence[int]:
    pending = select(OutboxRecipient).where(
        OutboxRecipient.message_id == message_id, OutboxRecipient.state.in_(PENDING)
    )
    found = db.session.scalars(pending.order_by(OutboxRecipient.id)).all()
    now = clock.now()
    return [each.id for each in found if each.state is DeliveryState.SENDING or due_at(each) <= now]


def _account(sender: Mailbox, waiting: Sequence[int]) -> Account | None:
    """How to send; where the desk cannot even sign in, everybody is put off with the reason."""
    try:
        return account_of(sender)
    except Conflict as trouble:
        refusal = NotTaken(trouble.sentence, is_about_server=True)
        for recipient_id in waiting:
            _put_off_or_fail(recipient_id, refusal, sender.id, is_new_try=True)
        return None


def _begin(recipient_id: int, mailbox_id: int) -> Envelope | None:
    """Mark a letter as being sent and put it together. None where it is not to be sent, or not now."""
    recipient = _locked(recipient_id)
    if recipient.state not in PENDING:
        return None
    if not is_still_wanted(recipient) or not _is_still_for(recipient):
        recipient.state, recipient.state_at = DeliveryState.FAILED, clock.now()
        recipient.last_error = UNWANTED
        return None
    sender = db.session.get_one(Mailbox, mailbox_id)
    if _is_braked(sender):
        recipient.state = DeliveryState.WAITING
        return None
    recipient.state, recipient.state_at = DeliveryState.SENDING, clock.now()
    recipient.attempts += 1
    message = recipient.message
    message.mailbox_id = sender.id
    _join_conversation(message)
    db.session.flush()
    try:
        with db.session.begin_nested():
            return _composed(recipient, sender)
    except Exception as error:  # whatever it was, it must not go out in part: who wrote it is told
        log.exception("A mail could not be put together")
        delivery_failed(
            recipient,
            state=DeliveryState.FAILED,
            answer=f"It could not be put together ({getattr(error, 'sentence', type(error).__name__)})",
        )
        return None


def _composed(recipient: OutboxRecipient, sender: Mailbox) -> Envelope:
    desk, enclosed = load_desk(), enclosed_with(recipient.message)
    letter = render(
        recipient,
        desk=desk,
        secret_link=new_link(recipient, desk),
        beside=[f"{each.filename}: too large for a mail" for each in enclosed.left_out],
    )
    return compose(recipient, letter, sender=sender, desk=desk, enclosed=enclosed)


def _join_conversation(message: OutboxMessage) -> None:
    """What it answers, once: a repeated sending is the same mail."""
    if message.ticket_id is None or message.purpose not in CONVERSATION or message.references:
        return
    if thread := thread_before(message):
        message.in_reply_to, message.references = thread[-1], " ".join(thread)


def _is_still_for(recipient: OutboxRecipient) -> bool:
    """Who was taken off a ticket meanwhile gets nothing more of it. A blind copy is for somebody outside of it."""
    message = recipient.message
    if message.purpose is not MailPurpose.TICKET_ANSWERED or recipient.kind is RecipientKind.BCC:
        return True
    assert message.ticket is not None  # an answer has one
    return recipient.user.is_staff or takes_part(message.ticket, recipient.user_id)


def _is_braked(sender: Mailbox) -> bool:
    """Whether this mailbox has sent as much as it may in an hour. Those who ask at once wait for each other."""
    state_of(sender.id)
    state = db.session.scalars(
        select(MailboxState).where(MailboxState.mailbox_id == sender.id).with_for_update()
    ).one()
    sent = (
        select(func.count())
        .select_from(OutboxRecipient)
        .join(OutboxRecipient.message)
        .where(
            OutboxMessage.mailbox_id == sender.id,
            OutboxRecipient.state_at > clock.now() - HOUR,
            OutboxRecipient.state.not_in((DeliveryState.WAITING, DeliveryState.FAILED)),
        )
    )
    is_braked = (db.session.scalar(sent) or 0) >= sender.hourly_limit
    if is_braked != (state.braked_at is not None):
        state.braked_at = clock.now() if is_braked else None
        db.session.flush()
    return is_braked


def _mark_sent(recipient_id: int, answer: str, mailbox_id: int) -> None:
    recipient = _locked(recipient_id)
    if recipient.state is not DeliveryState.SENDING:
        return  # its bounce was faster
    recipient.state, recipient.state_at = DeliveryState.SENT, clock.now()
    recipient.answer, recipient.last_error = answer, None
    state = state_of(mailbox_id)
    state.sent_at, state.send_failed_at, state.send_failure = clock.now(), None, None
    db.session.flush()
    arrived(recipient)


def _put_off_or_fail(
    recipient_id: int, refusal: NotTaken, mailbox_id: int, *, is_new_try: bool = False
) -> None:
    recipient = _locked(recipient_id)
    if recipient.state not in PENDING:
        return
    recipient.attempts += is_new_try
    if refusal.is_about_server:
        state = state_of(mailbox_id)
        state.send_failed_at, state.send_failure = state.send_failed_at or clock.now(), refusal.answer
    if refusal.is_final or recipient.attempts >= TRIES:
        delivery_failed(recipient, state=DeliveryState.FAILED, answer=refusal.answer)
        return
    recipient.state, recipient.state_at = DeliveryState.WAITING, clock.now()
    recipient.last_error = refusal.answer
    db.session.flush()


def _next_moment(message_id: int) -> datetime | None:
    found = select(OutboxRecipient).where(
        OutboxRecipient.message_id == message_id, OutboxRecipient.state == DeliveryState.WAITING
    )
    moments = [due_at(each) for each in db.session.scalars(found)]
    if not moments:
        return None
    now = clock.now()
    return max(min(moments), now) if min(moments) > now else now + BRAKED_FOR


def _locked(recipient_id: int) -> OutboxRecipient:
    statement = one_recipient(recipient_id).with_for_update(of=OutboxRecipient)
    return db.session.scalars(statement, execution_options={"populate_existing": True}).one()
