"""Until when somebody, staff or customer, has read a ticket."""

from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import Insert, insert

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Ticket, ticket_reads

_KEY = ("user_id", "ticket_id")


def mark_read(ticket: Ticket, *, by: User, counted: Insert | None = None) -> None:
    """The person has seen everything up to the ticket's last activity as it is loaded; never less than before.

    For customers that is the last public word: they do not even learn when somebody wrote a note. Not up to now: what
    arrived after the ticket was loaded they have not seen. Costs one statement, in which `counted` is done as well:
    what counts it against reading in bulk.
    """
    last = ticket.last_activity_at if by.is_staff else ticket.last_public_at
    upsert = _seen(ticket.id, by, last)
    seen = upsert.on_conflict_do_update(
        index_elements=_KEY,
        set_={"seen_at": upsert.excluded.seen_at},
        where=ticket_reads.c.seen_at < upsert.excluded.seen_at,
    )
    if counted is not None:
        seen = seen.add_cte(counted.returning(literal(1)).cte("counted"))
    db.session.execute(seen)


def mark_own(comment: Comment, *, by: User) -> None:
    """What somebody wrote they have read, but not what arrived unseen before it. Costs one statement."""
    unseen = select(Comment.id).where(
        Comment.ticket_id == comment.ticket_id,
        Comment.author_id != by.id,
        Comment.created_at > ticket_reads.c.seen_at,
        Comment.created_at <= comment.created_at,
    )
    upsert = _seen(comment.ticket_id, by, comment.created_at)
    db.session.execute(
        upsert.on_conflict_do_update(
            index_elements=_KEY,
            set_={"seen_at": func.greatest(ticket_reads.c.seen_at, upsert.excluded.seen_at)},
            where=~unseen.correlate(ticket_reads).exists(),
        )
    )


def _seen(ticket_id: int, by: User, moment: datetime) -> Insert:
    return insert(ticket_reads).values(user_id=by.id, ticket_id=ticket_id, seen_at=moment)
