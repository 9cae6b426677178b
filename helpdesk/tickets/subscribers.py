"""What becomes of tickets when people leave, change roles or turn out to be one, and of reading when they write."""

from sqlalchemy import Select, select

from helpdesk.accounts.events import PeopleMerged, PersonDeactivated, RoleChanged
from helpdesk.accounts.models import User
from helpdesk.audit.bulk import bulk_relate
from helpdesk.core.events import on
from helpdesk.tickets.events import CommentWritten, TicketOpened
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.bulk import assign_all
from helpdesk.tickets.operations.handing_over import hand_over
from helpdesk.tickets.operations.reading import mark_own, mark_read


@on(TicketOpened)
def count_what_they_opened_as_read(event: TicketOpened) -> None:
    if event.by.is_staff:
        mark_read(event.ticket, by=event.by)


@on(CommentWritten)
def count_what_they_wrote_as_read(event: CommentWritten) -> None:
    if event.by.is_staff:
        mark_own(event.comment, by=event.by)


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


@on(PeopleMerged)
def give_them_the_tickets_of_the_merged_account(event: PeopleMerged) -> None:
    hand_over(event.person, to=event.into)


def _open_tickets_of(person: User) -> Select[Ticket]:
    """Those in the bin included: restored, they must not be with somebody who is gone."""
    return select(Ticket).where(Ticket.assignee_id == person.id, Ticket.is_open)
