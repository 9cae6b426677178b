"""Until when somebody, staff or customer, has read a ticket."""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import BigInteger, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import Insert, insert

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Ticket, ticket_reads

_KEY = ("user_id", "ticket_id")
READER = bindparam("reading_user", type_=BigInteger())
READ = bindparam("read_ticket", type_=BigInteger())
"""Who reads which ticket, in statements that are kept."""


def mark_read(ticket: Ticket, *, by: User, counted: Insert | None = None) -> None:
    """The person has seen everything up to the ticket's last activity as it is loaded; never less than before.

    For customers that is the last public word: they do not even learn when somebody wrote a note. Not up to now: what
    arrived after the ticket was loaded they have not seen. Costs one statement, in which `counted` is done as well:
    what counts it against reading in bulk, of READER and READ and kept itself.
    """
    last = ticket.last_activity_at if by.is_staff else ticket.last_public_at
    db.session.execute(_reading(counted), {**reading_of(ticket, by=by), "read_until": last})


def reading_of(ticket: Ticket, *, by: User) -> Mapping[str, int]:
    """Who reads what: the values of READER and READ."""
    return {str(READER.key): by.id, str(READ.key): ticket.id}


@cache
def _reading(counted: Insert | None) -> Insert:
    """Built once for each statement that goes along."""
    upsert = insert(ticket_reads).values(user_id=READER, ticket_id=READ, seen_at=bindparam("read_until"))
    seen = upsert.on_conflict_do_update(
        index_elements=_KEY,
        set_={"seen_at": upsert.excluded.seen_at},
        where=ticket_reads.c.seen_at < upsert.excluded.seen_at,
    )
    return seen if counted is None else seen.add_cte(counted.returning(literal(1)).cte("counted"))


def mark_own(comment: Comment, *, by: User) -> None:
    """What somebody wrote they have read, but not what arrived unseen before it. Costs one statement."""
    unseen = select(Comment.id).where(
        Comment.ticket_id == comment.ticket_id,
        Comment.author_id != by.id,
        Comment.created_at > ticket_reads.c.seen_at,
        Comment.created_at <= comment.created_at,
    )
    upsert = insert(ticket_reads).values(
        user_id=by.id, ticket_id=comment.ticket_id, seen_at=comment.created_at
    )
    db.session.execute(
        upsert.on_conflict_do_update(
            index_elements=_KEY,
            set_={"seen_at": func.greatest(ticket_reads.c.seen_at, upsert.excluded.seen_at)},
            where=~unseen.correlate(ticket_reads).exists(),
        )
    )
