"""What customers answer: in the same ticket as long as it can be taken up again, in a new linked one after that."""

from collections.abc import Sequence

from helpdesk.accounts.models import Team, User
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, LinkKind, Ticket, TicketLink
from helpdesk.tickets.operations.attaching import Upload
from helpdesk.tickets.operations.opening import open_ticket
from helpdesk.tickets.operations.progressing import TooLate
from helpdesk.tickets.operations.replying import reply
from helpdesk.tickets.operations.writing import Writing


def answer(ticket: Ticket, *, by: User, content: str | Writing, uploads: Sequence[Upload] = ()) -> Comment:
    """A customer's answer; past the time for reopening it opens a ticket that follows this one up.

    The comment's ticket tells which of the two it was. Raises what `reply` and `open_ticket` raise.
    """
    try:
        return reply(ticket, by=by, content=content, uploads=uploads)
    except TooLate:
        opened = follow_up(ticket, by=by, content=content, uploads=uploads)
        db.session.refresh(opened.opening, ["ticket"])
        return opened.opening


def follow_up(
    ticket: Ticket,
    *,
    by: User,
    content: str | Writing,
    uploads: Sequence[Upload] = (),
    is_automatic: bool = False,
) -> Ticket:
    """A new ticket of the same title, with the same team and the same people around it, linked to the old one."""
    db.session.refresh(ticket, ["participants", "requester"])
    others = [each for each in (ticket.requester, *ticket.participants) if each.id != by.id]
    opened = open_ticket(
        requester=by,
        by=by,
        title=ticket.title,
        description=content,
        team=db.session.get(Team, ticket.team_id) if ticket.team_id else None,
        participants=[each for each in others if each.is_active and not each.is_staff],
        uploads=uploads,
        mailbox_id=ticket.mailbox_id,
        is_automatic=is_automatic,
    )
    db.session.add(TicketLink(ticket_id=opened.id, other_id=ticket.id, kind=LinkKind.FOLLOWS_UP))
    db.session.flush()
    return opened
