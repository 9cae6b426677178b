"""Who has looked at what: most agents have seen most of what is open, most customers the last answer."""

from sqlalchemy import Connection, exists, func, insert, literal, or_, select

from helpdesk.accounts.models import User
from helpdesk.tickets.models import Comment, Ticket, TicketStatus, ticket_reads

READERS_OF_TEN = 6
CUSTOMERS_OF_TEN = 8


def read(connection: Connection, *, first: int, last: int) -> None:
    """Mark tickets of this stretch as read by some, the same for the same ids. Two statements."""
    _by_staff(connection, first=first, last=last)
    _by_customers(connection, first=first, last=last)


def _by_staff(connection: Connection, *, first: int, last: int) -> None:
    """Whoever wrote last has seen all."""
    luck = func.mod((Ticket.id - first) * 7919 + User.id * 104_729, 10)
    wrote_last = exists().where(
        Comment.ticket_id == Ticket.id,
        Comment.author_id == User.id,
        Comment.created_at == Ticket.last_activity_at,
    )
    seen = (
        select(User.id, Ticket.id, Ticket.last_activity_at)
        .join_from(Ticket, User, literal(True))
        .where(
            Ticket.id.between(first, last),
            Ticket.is_open,
            Ticket.deleted_at.is_(None),
            User.is_staff,
            ~User.is_system,
            or_(luck < READERS_OF_TEN, wrote_last),
        )
    )
    connection.execute(insert(ticket_reads).from_select(["user_id", "ticket_id", "seen_at"], seen))


def _by_customers(connection: Connection, *, first: int, last: int) -> None:
    """Their own requests, but for closed ones: those are never new to anybody."""
    luck = func.mod((Ticket.id - first) * 7919, 10)
    seen = (
        select(Ticket.requester_id, Ticket.id, Ticket.last_public_at)
        .join(User, User.id == Ticket.requester_id)
        .where(
            Ticket.id.between(first, last),
            Ticket.status != TicketStatus.CLOSED,
            Ticket.deleted_at.is_(None),
            ~User.is_staff,
            luck < CUSTOMERS_OF_TEN,
        )
    )
    connection.execute(insert(ticket_reads).from_select(["user_id", "ticket_id", "seen_at"], seen))
