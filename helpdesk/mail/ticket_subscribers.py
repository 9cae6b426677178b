"""Drafts the letters about tickets, in the transaction of what happened to them."""

import logging
from collections import Counter
from datetime import timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import SessionTransaction

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.events import on
from helpdesk.mail.events import DeliveryFailed
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.drafting import draft, post
from helpdesk.mail.queries.reachable import People, addressed_in, reachable
from helpdesk.settings.catalogue import load_desk
from helpdesk.tickets.events import (
    CommentWritten,
    KeyWanted,
    ParticipantInvited,
    TicketAssigned,
    TicketOpened,
)
from helpdesk.tickets.models import Comment, RecipientKind, Ticket

log = logging.getLogger(__name__)

HOUR = ALERTED_ONCE_IN = timedelta(hours=1)
MOST_IN_AN_HOUR = {
    MailPurpose.TICKET_RECEIVED: 5,
    MailPurpose.ADDED_TO_TICKET: 20,
    MailPurpose.TICKET_ASSIGNED: 60,
    MailPurpose.CUSTOMER_ANSWERED: 60,
    MailPurpose.DELIVERY_FAILED: 60,
}
"""Automatic letters of a kind to one address: a loop ends here, whatever keeps it going."""
TOLD_SINGLY = 5
"""Tickets given to one agent at once of which each is told by a mail: a bulk deed floods nobody."""
_given: WeakKeyDictionary[SessionTransaction, Counter[int]] = WeakKeyDictionary()


@on(TicketOpened)
def acknowledge_the_request(event: TicketOpened) -> None:
    """To customers who asked themselves; what staff typed for them they learn with the first answer."""
    if event.by.is_staff or event.is_automatic or not load_desk().acknowledges_requests:
        return
    _notify(MailPurpose.TICKET_RECEIVED, reachable(User.id == event.ticket.requester_id), event.ticket)


@on(KeyWanted)
def mail_a_new_key(event: KeyWanted) -> None:
    post(draft(MailPurpose.TICKET_LINK, to=[(event.person, event.address)], ticket=event.ticket))


@on(ParticipantInvited)
def tell_who_takes_part_now(event: ParticipantInvited) -> None:
    _notify(MailPurpose.ADDED_TO_TICKET, reachable(User.id == event.person.id), event.ticket)


@on(CommentWritten)
def mail_the_answer(event: CommentWritten) -> None:
    """Staff's public words to exactly those they were written to, never to who wrote them."""
    comment = event.comment
    if comment.is_internal or comment.published_at is None or not event.by.is_staff:
        return
    to, cc, bcc = (
        addressed_in(comment, kind, but=event.by)
        for kind in (RecipientKind.TO, RecipientKind.CC, RecipientKind.BCC)
    )
    if to or cc or bcc:
        post(draft(MailPurpose.TICKET_ANSWERED, to=to, cc=cc, bcc=bcc, ticket=event.ticket, comment=comment))


@on(CommentWritten)
def tell_whose_ticket_it_is(event: CommentWritten) -> None:
    """A customer has answered: whoever the ticket is with can answer from their mail program."""
    comment, ticket = event.comment, event.ticket
    if event.by.is_staff or event.is_automatic or comment.is_internal or comment.published_at is None:
        return
    if ticket.assignee_id is not None and load_desk().mails_customer_answers:
        _notify(
            MailPurpose.CUSTOMER_ANSWERED, reachable(User.id == ticket.assignee_id), ticket, comment=comment
        )


@on(TicketAssigned)
def tell_who_was_given_it(event: TicketAssigned) -> None:
    ticket = event.ticket
    if event.is_quiet or ticket.assignee_id is None or ticket.assignee_id == event.by.id:
        return
    if _is_flooded(ticket.assignee_id):
        return
    if load_desk().mails_assignments:
        _notify(MailPurpose.TICKET_ASSIGNED, reachable(User.id == ticket.assignee_id), ticket)


@on(DeliveryFailed)
def alert_whose_ticket_it_is(event: DeliveryFailed) -> None:
    """One letter for an answer, however many of its receivers it did not reach: it names them when it is sent."""
    ticket, comment_id = event.ticket, event.message.comment_id
    told = select(OutboxMessage.id).where(
        OutboxMessage.purpose == MailPurpose.DELIVERY_FAILED,
        OutboxMessage.comment_id == comment_id,
        OutboxMessage.created_at > clock.now() - ALERTED_ONCE_IN,
    )
    if db.session.scalar(told.limit(1)) is None:
        comment = db.session.get(Comment, comment_id)
        _notify(MailPurpose.DELIVERY_FAILED, _whose(ticket, comment), ticket, comment=comment)


def _whose(ticket: Ticket, comment: Comment | None) -> People:
    """The agent the ticket is with; where it is nobody's, who wrote the answer."""
    if found := reachable(User.id == ticket.assignee_id, User.is_staff.is_(True)):
        return found
    return reachable(User.id == comment.author_id, User.is_staff.is_(True)) if comment else []


def _notify(purpose: MailPurpose, to: People, ticket: Ticket, *, comment: Comment | None = None) -> None:
    """An automatic letter, unless its receiver got enough of them."""
    left = [each for each in to if not _has_enough(purpose, each[1])]
    if left:
        post(draft(purpose, to=left, ticket=ticket, comment=comment))


def _has_enough(purpose: MailPurpose, address: EmailAddress) -> bool:
    """Whether so many letters of this kind went to this address that it must be a loop."""
    lately = (
        select(func.count())
        .select_from(OutboxRecipient)
        .join(OutboxRecipient.message)
        .where(
            OutboxRecipient.address_id == address.id,
            OutboxRecipient.created_at > clock.now() - HOUR,
            OutboxMessage.purpose == purpose,
        )
    )
    has_enough = (db.session.scalar(lately) or 0) >= MOST_IN_AN_HOUR[purpose]
    if has_enough:
        log.warning("No more letters of the kind %s to one address for now: it may be a loop", purpose)
    return has_enough


def _is_flooded(agent_id: int) -> bool:
    """Whether this transaction gave them so many tickets that they are told of no more."""
    transaction = db.session().get_transaction()
    assert transaction is not None  # something was just changed
    count = _given.setdefault(transaction, Counter())
    count[agent_id] += 1
    return count[agent_id] > TOLD_SINGLY
