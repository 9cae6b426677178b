"""What somebody, a team or an organization has on the desk becomes somebody else's, or nobody's."""

from sqlalchemy import Select, select

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.audit.bulk import Values, bulk_relate, bulk_update
from helpdesk.tickets.models import Comment, Ticket
from helpdesk.tickets.operations.bulk import move_all_to_team


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


def open_tickets_of(person: User | type[User]) -> Select[Ticket]:
    """What goes to somebody else when they leave. The bin's too: restored, it must not be with who is gone.

    `User` itself stands for the person of each row of a statement.
    """
    return select(Ticket).where(Ticket.assignee_id == person.id, Ticket.is_open)


def open_tickets_of_team(team: Team) -> Select[Ticket]:
    """What goes to another team when this one is dissolved, the bin's too."""
    return select(Ticket).where(Ticket.team_id == team.id, Ticket.is_open)


def hand_over_team(team: Team, *, to: Team | None, by: User) -> None:
    """Open tickets go to the other team, or to none; what is settled loses the team, so that nobody gets its credit."""
    move_all_to_team(open_tickets_of_team(team), team=to, by=by)
    move_all_to_team(select(Ticket).where(Ticket.team_id == team.id), team=None, by=by)


def let_go_of(organization: Organization) -> None:
    """Its tickets belong to who asked, and to no organization."""
    bulk_update(Ticket, Ticket.organization_id == organization.id, lambda _row: {"organization_id": None})
