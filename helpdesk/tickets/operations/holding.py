"""Answers that wait: a few seconds in which they can be taken back, or until the moment their writer chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, Unwelcome
from helpdesk.core.events import publish as tell
from helpdesk.tickets.events import CommentHeld
from helpdesk.tickets.models import Comment, Draft, HeldComment, HeldFor, Ticket, TicketStatus
from helpdesk.tickets.models.status import MOVES
from helpdesk.tickets.operations.addressing import forget_recipients
from helpdesk.tickets.operations.drafting import draft_again
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.publishing import follow_up_publication, status_after
from helpdesk.tickets.operations.writing import count_the_wait
from helpdesk.tickets.policy import can_reply

LONGEST_WAIT = timedelta(days=366)


class NotAMoment(Unwelcome):
    """A moment at which nothing can be sent."""

    status = 422


class NoLongerHeld(Conflict):
    """It was sent, taken back or moved meanwhile."""

    def __init__(self) -> None:
        super().__init__("This answer waits no longer: it was sent, or taken back.")


@dataclass(frozen=True, slots=True)
class Hold:
    """Until when an answer waits, and why. `cancels_on_answer`: it becomes a draft if the customer writes first."""

    until: datetime
    reason: HeldFor = HeldFor.UNDO
    cancels_on_answer: bool = False


def hold_back(comment: Comment, hold: Hold, *, status: TicketStatus | None = None) -> HeldComment:
    """Have an unpublished comment wait. `status` is where its writer wants the ticket. Raises NotAMoment."""
    held = HeldComment(
        comment_id=comment.id,
        ticket_id=comment.ticket_id,
        reason=hold.reason,
        publish_at=_moment(hold.until),
        cancels_on_answer=hold.cancels_on_answer,
        status=status,
    )
    db.session.add(held)
    db.session.flush()
    tell(CommentHeld(held))
    return held


def postpone(held: HeldComment, *, until: datetime, by: User) -> None:
    """Choose another moment. Raises NotAMoment, NoLongerHeld."""
    ticket = _locked(held)
    held, _comment = _still_held(held)
    if held.reason is not HeldFor.LATER:
        raise NoLongerHeld
    held.publish_at = _moment(until)
    ticket.updated_at = clock.now()
    db.session.flush()
    tell(CommentHeld(held))


def publish(held: HeldComment) -> Comment:
    """Let it be read and mailed: only now it counts as written. Raises NoLongerHeld.

    Its place in the conversation is the moment of its publication. Where a customer wrote meanwhile the ticket stays
    as it is: nobody has answered that yet. So it does where it cannot go any more to the status its writer wanted.
    """
    ticket = _locked(held)
    held, comment = _still_held(held)
    wanted, has_news = held.status, _customer_wrote_since(comment)
    db.session.delete(held)
    comment.created_at = comment.published_at = clock.now()
    ticket.last_activity_at = ticket.last_public_at = comment.published_at
    if not (comment.author.is_staff and has_news):
        count_the_wait(ticket, at=comment.published_at, is_answer=comment.author.is_staff)
    db.session.flush()
    status = status_after(ticket, comment.author)
    if comment.author.is_staff and has_news:
        status = ticket.status
    elif comment.author.is_staff and wanted is not None and wanted in {*MOVES[ticket.status], ticket.status}:
        status = wanted
    follow_up_publication(comment, ticket=ticket, by=comment.author, status=status)
    if not comment.author.is_staff:
        cancel_scheduled(ticket)
    return comment


def publish_due(held: HeldComment) -> None:
    """What the clock does: publish it if its time has come. In the bin nothing is sent: it becomes a draft again.

    An answer whose writer may not answer any more waits for a colleague, who sends it or takes it back.
    """
    ticket = _locked(held)
    held, comment = _still_held(held)
    if held.publish_at is None or held.publish_at > clock.now():
        return
    if ticket.deleted_at is not None:
        take_back(held, by=comment.author)
    elif comment.author.is_active and can_reply(comment.author, ticket):
        publish(held)


def take_back(held: HeldComment, *, by: User, is_cancelled: bool = False) -> Draft:
    """Make it its writer's draft again, with files and recipients. Raises NoLongerHeld.

    `is_cancelled` says that the customer wrote first.
    """
    ticket = _locked(held)
    held, comment = _still_held(held)
    if held.reason is HeldFor.STRANGER:
        raise NoLongerHeld
    db.session.delete(held)
    db.session.flush()
    draft = draft_again(comment, is_cancelled=is_cancelled)
    ticket.updated_at = clock.now()  # pages that are open learn of it by that
    db.session.flush()
    return draft


def drop(held: HeldComment) -> None:
    """Take it back and keep nothing of it: its words, without files, stand elsewhere. Raises NoLongerHeld."""
    ticket = _locked(held)
    held, comment = _still_held(held)
    db.session.delete(held)
    db.session.flush()
    forget_recipients(comment)
    db.session.delete(comment)
    ticket.updated_at = clock.now()
    db.session.flush()


def cancel_scheduled(ticket: Ticket) -> Sequence[Draft]:
    """The customer wrote first: what was to be sent later becomes a draft again, unless it is to go all the same."""
    scheduled = select(HeldComment).where(
        HeldComment.ticket_id == ticket.id, HeldComment.reason == HeldFor.LATER, HeldComment.cancels_on_answer
    )
    return [
        take_back(held, by=held.comment.author, is_cancelled=True)
        for held in db.session.scalars(
            scheduled.options(joinedload(HeldComment.comment).joinedload(Comment.author))
        ).all()
    ]


def _moment(until: datetime) -> datetime:
    now = clock.now()
    if not now <= until <= now + LONGEST_WAIT:
        raise NotAMoment("Choose a moment in the future, within a year.")
    return until


def _locked(held: HeldComment) -> Ticket:
    return lock(db.session.get_one(Ticket, held.ticket_id))


def _still_held(held: HeldComment) -> tuple[HeldComment, Comment]:
    """It and its comment as they are now; the ticket is locked, so they stay so. Raises NoLongerHeld."""
    afresh = (
        select(HeldComment)
        .where(HeldComment.comment_id == held.comment_id)
        .options(
            joinedload(HeldComment.comment).joinedload(Comment.author),
            joinedload(HeldComment.comment).selectinload(Comment.attachments),
        )
    )
    found = db.session.scalars(afresh, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NoLongerHeld
    return found, found.comment


def _customer_wrote_since(comment: Comment) -> bool:
    later = (
        select(Comment.id)
        .join(Comment.author)
        .where(
            Comment.ticket_id == comment.ticket_id,
            ~Comment.is_internal,
            Comment.published_at > comment.created_at,
            ~User.is_staff,
        )
    )
    return bool(db.session.scalar(select(later.exists())))
