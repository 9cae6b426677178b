"""What becomes of tickets when people leave, change roles or turn out to be one, and of reading when they write."""

from helpdesk.accounts.events import (
    AddressLeft,
    OrganizationDissolved,
    PeopleMerged,
    PersonAnonymised,
    PersonDeactivated,
    RoleChanged,
    TeamDissolved,
)
from helpdesk.accounts.models import User
from helpdesk.audit.bulk import bulk_relate
from helpdesk.background.jobs import enqueue
from helpdesk.core.events import on
from helpdesk.identity.events import LinksRevoked
from helpdesk.settings.events import SettingsChanged
from helpdesk.tickets import jobs
from helpdesk.tickets.events import CommentHeld, CommentWritten, TicketOpened
from helpdesk.tickets.models import Ticket, TicketKey
from helpdesk.tickets.operations.addressing import forget_addresses, readdress
from helpdesk.tickets.operations.bulk import assign_all
from helpdesk.tickets.operations.drafting import forget_unsent
from helpdesk.tickets.operations.guest_requests import forget_requests_of
from helpdesk.tickets.operations.handing_over import hand_over, hand_over_team, let_go_of, open_tickets_of
from helpdesk.tickets.operations.keys import delete_keys, end_keys
from helpdesk.tickets.operations.reading import mark_own, mark_read


@on(TicketOpened)
def count_what_they_opened_as_read(event: TicketOpened) -> None:
    if event.by.is_staff:
        mark_read(event.ticket, by=event.by)


@on(CommentWritten)
def count_what_they_wrote_as_read(event: CommentWritten) -> None:
    if event.by.is_staff:
        mark_own(event.comment, by=event.by)


@on(CommentHeld)
def publish_it_when_its_time_has_come(event: CommentHeld) -> None:
    enqueue(jobs.publish_held, run_at=event.held.publish_at, comment_id=event.held.comment_id)


@on(PersonDeactivated)
def hand_their_open_tickets_over(event: PersonDeactivated) -> None:
    assign_all(open_tickets_of(event.person), to=event.tickets_to, by=event.by)


@on(RoleChanged)
def take_tickets_from_who_is_a_customer_now(event: RoleChanged) -> None:
    """Nor do customers watch: internal notes are none of their business."""
    if event.person.is_staff:
        return
    assign_all(open_tickets_of(event.person), to=None, by=event.by)
    watched = Ticket.watchers.any(User.id == event.person.id)
    bulk_relate(Ticket.watchers, watched, remove=[event.person])


@on(PeopleMerged)
def give_them_the_tickets_of_the_merged_account(event: PeopleMerged) -> None:
    hand_over(event.person, to=event.into)
    readdress(event.person, to=event.into)


@on(TeamDissolved)
def give_its_tickets_to_another_team(event: TeamDissolved) -> None:
    hand_over_team(event.team, to=event.tickets_to, by=event.by)


@on(OrganizationDissolved)
def keep_its_tickets_without_it(event: OrganizationDissolved) -> None:
    let_go_of(event.organization)


@on(LinksRevoked)
def end_keys_with_all_other_links(event: LinksRevoked) -> None:
    end_keys(event.person)


@on(PersonDeactivated)
def end_keys_of_who_left(event: PersonDeactivated) -> None:
    end_keys(event.person)


@on(RoleChanged)
def end_keys_of_who_is_somebody_else_here(event: RoleChanged) -> None:
    end_keys(event.person)


@on(PeopleMerged)
def end_keys_of_the_merged_account(event: PeopleMerged) -> None:
    end_keys(event.person)


@on(AddressLeft)
def delete_keys_mailed_there(event: AddressLeft) -> None:
    delete_keys(TicketKey.address_id == event.address.id)


@on(PersonAnonymised)
def forget_what_they_had_not_sent(event: PersonAnonymised) -> None:
    """Keys, drafts, files on their way, what they asked as a guest, where answers went.

    That they asked and took part are facts.
    """
    delete_keys(TicketKey.user_id == event.person.id)
    forget_requests_of(event.person)
    forget_unsent(event.person)
    forget_addresses(event.person)


@on(SettingsChanged)
def index_words_in_the_language_of_the_desk(event: SettingsChanged) -> None:
    if "search_language" in event.names:
        enqueue(jobs.index_words, lock=jobs.index_words.name, once=jobs.index_words.name)
