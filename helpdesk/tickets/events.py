"""What happens to tickets, told to subscribers in the same transaction."""

from dataclasses import dataclass

from helpdesk.accounts.models import User
from helpdesk.tickets.models import Comment, Ticket, TicketStatus


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A ticket with its opening comment is there."""

    ticket: Ticket
    by: User


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """A reply or an internal note was added to a conversation (never the opening comment)."""

    comment: Comment
    ticket: Ticket
    by: User


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A ticket moved from one status to another."""

    ticket: Ticket
    was: TicketStatus
    by: User


@dataclass(frozen=True, slots=True)
class TicketAssigned:
    """A ticket is now with another agent, or with nobody."""

    ticket: Ticket
    by: User
