"""What becomes of tickets when the people they are with leave."""

from sqlalchemy import Select, select

from helpdesk.accounts.events import PersonDeactivated, RoleChanged
from helpdesk.accounts.models import User
from helpdesk.audit.bulk import bulk_relate
from helpdesk.core.events import on
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.bulk import assign_all


@on(PersonDeactivated)
def hand_their_open_tickets_over(event: PersonDeactivated) -> None:
    assign_all(_open_tickets_of(event.person), to=event.tickets_to, by=event.by)


@on(RoleChanged)
def take_tickets_from_who_is_a_customer_now(event: RoleChanged) -> None:
    """Nor do customers watch: internal notes are none of their business."""
    if event.person.is_staff:
        return
    assign_all(_open_tickets_of(event.person), to=None, by=event.by)
    watched = Ticket.watchers.any(User.id == event.person.id)
    bulk_relate(Ticket.watchers, watched, remove=[event.person])


def _open_tickets_of(person: User) -> Select[Ticket]:
    """Those in the bin included: restored, they must not be with somebody who is gone."""
    return select(Ticket).where(Ticket.assignee_id == person.id, Ticket.is_open)
