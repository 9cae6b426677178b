"""What people do about mails that were not filed: try again, let in all the same, say that a ticket is spam."""

from sqlalchemy import select

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.accounts.models import User
from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish
from helpdesk.mail.events import FilingWanted
from helpdesk.mail.models import BlockedSender, BlockKind, InboundMessage, Reason, Verdict
from helpdesk.mail.operations.blocking import NotBlockable, block
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import delete, restore

UNFILED = frozenset({Verdict.FAILED, Verdict.QUARANTINED, Verdict.SUSPENDED, Verdict.IGNORED})
"""Nothing came of these: they can be filed once more without making anything twice."""
DISMISSIBLE = frozenset({Verdict.FAILED, Verdict.QUARANTINED})
"""Administrators are reminded of these until somebody has decided."""


def rerun(inbound: InboundMessage, by: User) -> None:
    """Read and file it once more, with all its tries, by the rules of now. Raises Conflict where it is filed."""
    _wait_again(_locked(inbound, UNFILED | {Verdict.WAITING}), released_by=None)


def release(inbound: InboundMessage, by: User) -> None:
    """Let a quarantined mail in: `by` has looked at it. A token in it still proves nothing. Raises Conflict."""
    _wait_again(_locked(inbound, {Verdict.QUARANTINED}), released_by=by)


def recover(inbound: InboundMessage, by: User) -> None:
    """Let a suspended or ignored mail in; of one that was marked as spam the ticket comes back. Raises Conflict."""
    inbound = _locked(inbound, {Verdict.SUSPENDED, Verdict.IGNORED})
    if inbound.reason is Reason.MARKED_AS_SPAM and inbound.ticket_id is not None:
        unmark_as_spam(db.session.get_one(Ticket, inbound.ticket_id), by=by)
    else:
        _wait_again(inbound, released_by=by)


def dismiss(inbound: InboundMessage, by: User) -> None:
    """Somebody has looked, and nothing is to come of it: it is ignored, for the reason it had. Raises Conflict."""
    inbound = _locked(inbound, DISMISSIBLE, is_whole=False)
    _decide(inbound, Verdict.IGNORED, inbound.reason)


def mark_as_spam(ticket: Ticket, by: User) -> BlockedSender | None:
    """Put a ticket into the bin, suspend the mail that opened it and block who sent it.

    Returns the row of the block list; None where its sender cannot be blocked (staff, our own).
    """
    opening = _opening_mail(ticket, Verdict.NEW_TICKET)
    delete(ticket, by=by)
    if opening is not None:
        _decide(opening, Verdict.SUSPENDED, Reason.MARKED_AS_SPAM)
    sender = opening.sender if opening else _address_of_requester(ticket)
    try:
        return (
            block(kind=BlockKind.ADDRESS, value=sender, note=ticket.ticket_number, by=by) if sender else None
        )
    except NotBlockable:
        return None


def unmark_as_spam(ticket: Ticket, by: User) -> None:
    """It was none: the ticket comes back, and what its sender writes is let in again."""
    restore(ticket, by=by)
    opening = _opening_mail(ticket, Verdict.SUSPENDED)
    if opening is not None:
        _decide(opening, Verdict.NEW_TICKET, None)
    sender = opening.sender if opening else _address_of_requester(ticket)
    for blocked in db.session.scalars(
        select(BlockedSender).where(
            BlockedSender.value == _key(sender), BlockedSender.kind == BlockKind.ADDRESS
        )
    ):
        db.session.delete(blocked)
    db.session.flush()


def _wait_again(inbound: InboundMessage, *, released_by: User | None) -> None:
    if released_by is not None:
        inbound.released_by_id = released_by.id
    was = inbound.verdict
    inbound.verdict, inbound.reason, inbound.detail = Verdict.WAITING, None, ""
    inbound.decided_at, inbound.attempts = None, 0
    inbound.ticket_id = inbound.comment_id = inbound.recipient_id = None
    db.session.flush()
    if was is not Verdict.WAITING:
        record("inbound_messages", inbound.id, AuditAction.UPDATE, {"verdict": [was.value, "waiting"]})
    publish(FilingWanted(inbound.id))


def _decide(inbound: InboundMessage, verdict: Verdict, reason: Reason | None) -> None:
    record(
        "inbound_messages",
        inbound.id,
        AuditAction.UPDATE,
        {"verdict": [inbound.verdict.value, verdict.value]},
    )
    inbound.verdict, inbound.reason, inbound.decided_at = verdict, reason, clock.now()
    db.session.flush()


def _locked(
    inbound: InboundMessage, verdicts: frozenset[Verdict] | set[Verdict], *, is_whole: bool = True
) -> InboundMessage:
    afresh = select(InboundMessage).where(InboundMessage.id == inbound.id).with_for_update()
    found = db.session.scalars(afresh, execution_options={"populate_existing": True}).one()
    if found.verdict not in verdicts:
        raise Conflict("Somebody has decided about this mail meanwhile. Look at what it is now.")
    if is_whole and found.reason is Reason.TOO_LARGE:
        raise Conflict(
            "Only the headers of this mail were kept: it was too large. Ask its sender for a smaller one."
        )
    return found


def _opening_mail(ticket: Ticket, verdict: Verdict) -> InboundMessage | None:
    mails = select(InboundMessage).where(
        InboundMessage.ticket_id == ticket.id, InboundMessage.verdict == verdict
    )
    return db.session.scalars(mails.order_by(InboundMessage.id).limit(1).with_for_update()).one_or_none()


def _address_of_requester(ticket: Ticket) -> str:
    return db.session.get_one(User, ticket.requester_id).email or ""


def _key(address: str) -> str:
    try:
        return email_key(address)
    except NotAnAddress:
        return ""
