"""Answers of this browser that can still be taken back: a bar on every page says so until they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from flask import session

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, HeldComment, HeldFor, Ticket
from helpdesk.web.agents.messages import held_anchor

SENDING = "sending"
"""In the session: number of the ticket, what addresses call the answer, when it goes out."""
MOST = 5


@dataclass(frozen=True, slots=True)
class Sending:
    """An answer that waits for its writer to take it back."""

    number: str
    held_id: str
    publish_at: datetime

    @property
    def seconds_left(self) -> int:
        return max(0, ceil((self.publish_at - clock.now()).total_seconds()))


def remember(comment: Comment, ticket: Ticket) -> str:
    """Show the bar from now on, if the answer goes out by itself soon. Returns its place on the ticket's page."""
    held = db.session.get_one(HeldComment, comment.id)
    if held.reason is HeldFor.UNDO and held.publish_at is not None:
        waiting = [ticket.ticket_number, held.public_id, held.publish_at.isoformat()]
        session[SENDING] = [*session.get(SENDING, []), waiting][-MOST:]
    return held_anchor(held.public_id)


def forget(held_id: str) -> None:
    """It was sent, or taken back."""
    session[SENDING] = [each for each in session.get(SENDING, []) if each[1] != held_id]


def sending() -> Sequence[Sending]:
    """What still waits, the latest last. Asks the database nothing."""
    if SENDING not in session:
        return ()
    known = [Sending(number, held_id, datetime.fromisoformat(at)) for number, held_id, at in session[SENDING]]
    waiting = [each for each in known if each.seconds_left]
    if not waiting:
        session.pop(SENDING)
    return waiting
