"""All that somebody has on the desk becomes somebody else's, because the two are one person."""

from helpdesk.accounts.models import User
from helpdesk.audit.bulk import Values, bulk_relate, bulk_update
from helpdesk.tickets.models import Comment, Ticket


def hand_over(person: User, *, to: User) -> None:
    """Tickets asked for or typed, the bin's too, words and places beside others' tickets; each change audited.

    Tickets keep the organization they were opened in. Customers neither have tickets nor watch them, and what an
    account did while it was staff's stays under its name.
    """

    def renamed(row: Values) -> Values:
        mine = (name for name in ("requester_id", "creator_id") if row[name] == person.id)
        return dict.fromkeys(mine, to.id)

    bulk_update(Ticket, (Ticket.requester_id == person.id) | (Ticket.creator_id == person.id), renamed)
    bulk_update(Comment, Comment.author_id == person.id, lambda _row: {"author_id": to.id})
    _take_the_place(person, to=to)


def _take_the_place(person: User, *, to: User) -> None:
    """Nobody takes part beside themself: whose ticket it is now is no participant of it."""
    takes_part = Ticket.participants.any(User.id == person.id)
    bulk_relate(Ticket.participants, takes_part, add=[to], remove=[person])
    both = (Ticket.requester_id == to.id) & Ticket.participants.any(User.id == to.id)
    bulk_relate(Ticket.participants, both, remove=[to])
