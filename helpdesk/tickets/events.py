"""What happens to tickets, told to subscribers in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.tickets.models import Comment, GuestRequest, HeldComment, Ticket, TicketStatus


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A ticket with its opening comment is there."""

    ticket: Ticket
    by: User
    is_automatic: bool = False
    """A machine wrote it, or nobody knows whether it was who it says: nothing automatic answers."""


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """A reply or an internal note was added to a conversation (never the opening comment)."""

    comment: Comment
    ticket: Ticket
    by: User
    is_automatic: bool = False
    """A machine wrote it: nothing automatic answers."""


@dataclass(frozen=True, slots=True)
class CommentHeld:
    """An answer waits until it is published: it was just written, or its moment was changed."""

    held: HeldComment


@dataclass(frozen=True, slots=True)
class ParticipantInvited:
    """Somebody was asked to read and answer beside the requester, by the address they are known by."""

    ticket: Ticket
    person: User
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
    is_quiet: bool = False
    """Nobody is to be told by a letter: it is one of very many, or taken back."""


@dataclass(frozen=True, slots=True)
class KeyWanted:
    """Somebody holds a link to a ticket that works no longer: its owner is to get another one at this address."""

    ticket: Ticket
    person: User
    address: EmailAddress


@dataclass(frozen=True, slots=True)
class RequestToConfirm:
    """A guest has asked: who reads the mail of this address is to say that it was them."""

    request: GuestRequest
    person: User
    address: EmailAddress


@dataclass(frozen=True, slots=True)
class GuestRequestsForgotten:
    """Requests of guests are about to go: nobody confirmed them, or they are tickets long since."""

    request_ids: Sequence[int]
