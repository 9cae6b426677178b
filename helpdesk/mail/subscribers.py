"""Drafts the mails that events call for, in the transaction of the event."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, delete, select, update

from helpdesk.accounts.events import AddressLeft, ColleagueInvited, PeopleMerged, PersonAnonymised
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.background.jobs import enqueue
from helpdesk.core.db import db
from helpdesk.core.events import on
from helpdesk.identity.events import LinkRequested, RegisteredAgain, SecondFactorAdded, SecondFactorRemoved
from helpdesk.identity.models import TokenPurpose
from helpdesk.mail import filing_jobs, jobs
from helpdesk.mail.events import FilingWanted, LetterWaits, MailArrived
from helpdesk.mail.links import ONE_TIME
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.drafting import draft, post
from helpdesk.mail.operations.forgetting import forget_mails_of, hand_mails_over
from helpdesk.tickets.events import (
    GuestRequestsForgotten,
    RequestToConfirm,
)

MAILS: Mapping[TokenPurpose, MailPurpose] = {token: mail for mail, token in ONE_TIME.items()}


@on(LinkRequested)
def mail_the_link(event: LinkRequested) -> None:
    post(draft(MAILS[event.purpose], to=[(event.person, event.address)]))


@on(RegisteredAgain)
def tell_the_owner_of_the_address(event: RegisteredAgain) -> None:
    post(draft(MailPurpose.ALREADY_REGISTERED, to=[(event.person, event.address)]))


@on(SecondFactorAdded)
def tell_that_more_is_asked(event: SecondFactorAdded) -> None:
    _tell_at_the_primary_address(MailPurpose.SECOND_FACTOR_ADDED, event.person)


@on(SecondFactorRemoved)
def tell_that_less_is_asked(event: SecondFactorRemoved) -> None:
    _tell_at_the_primary_address(MailPurpose.SECOND_FACTOR_REMOVED, event.person)


@on(RequestToConfirm)
def ask_who_reads_the_mail(event: RequestToConfirm) -> None:
    to = [(event.person, event.address)]
    post(draft(MailPurpose.CONFIRM_REQUEST, to=to, guest_request=event.request))


@on(GuestRequestsForgotten)
def let_go_of_forgotten_requests(event: GuestRequestsForgotten) -> None:
    theirs = OutboxMessage.guest_request_id.in_(event.request_ids)
    db.session.execute(
        update(OutboxMessage).where(theirs).values(guest_request_id=None),
        execution_options={"synchronize_session": False},
    )


@on(ColleagueInvited)
def tell_who_is_asked_to_join(event: ColleagueInvited) -> None:
    post(draft(MailPurpose.INVITED_TO_ORGANIZATION, to=[(event.person, event.address)]))


@on(PeopleMerged)
def readdress_what_still_waits(event: PeopleMerged) -> None:
    """Letters about tickets, not one-time links: those were for an account that is no more."""
    about_tickets = select(OutboxMessage.id).where(OutboxMessage.ticket_id.is_not(None))
    db.session.execute(
        update(OutboxRecipient)
        .where(
            OutboxRecipient.user_id == event.person.id,
            OutboxRecipient.state == DeliveryState.WAITING,
            OutboxRecipient.message_id.in_(about_tickets),
        )
        .values(user_id=event.into.id),
        execution_options={"synchronize_session": False},
    )


@on(AddressLeft)
def send_nothing_there_any_more(event: AddressLeft) -> None:
    _let_go_of(OutboxRecipient.address_id == event.address.id)


@on(PersonAnonymised)
def forget_what_was_written_to_them(event: PersonAnonymised) -> None:
    _let_go_of(OutboxRecipient.user_id == event.person.id)


@on(PersonAnonymised)
def forget_what_they_wrote(event: PersonAnonymised) -> None:
    forget_mails_of(event.person)


@on(PeopleMerged)
def give_them_the_mails_of_the_merged_account(event: PeopleMerged) -> None:
    hand_mails_over(event.person, to=event.into)


def _tell_at_the_primary_address(purpose: MailPurpose, person: User) -> None:
    primary = select(EmailAddress).where(EmailAddress.user_id == person.id, EmailAddress.is_primary)
    if address := db.session.scalars(primary).one_or_none():
        post(draft(purpose, to=[(person, address)]))


def _let_go_of(recipients: ColumnElement[bool]) -> None:
    """What waits is taken back. Of what was sent the fact stays, not what a mail server said: that names addresses."""
    for statement in (
        delete(OutboxRecipient).where(recipients, OutboxRecipient.state == DeliveryState.WAITING),
        update(OutboxRecipient).where(recipients).values(address_id=None, last_error=None, answer=""),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})


@on(MailArrived)
def have_it_filed(event: MailArrived) -> None:
    enqueue(filing_jobs.file, once=f"mail.file {event.inbound.id}", inbound_id=event.inbound.id)


@on(FilingWanted)
def have_it_filed_again(event: FilingWanted) -> None:
    once = f"mail.file {event.inbound_id}"
    enqueue(filing_jobs.file, run_at=event.run_at, once=once, inbound_id=event.inbound_id)


@on(LetterWaits)
def have_it_delivered(event: LetterWaits) -> None:
    """One job for each message."""
    message = event.message
    once = f"mail.deliver {message.id}"
    enqueue(jobs.deliver, run_at=message.send_after, once=once, lock=once, message_id=message.id)
