"""What becomes of somebody's sessions and links when their account changes."""

from helpdesk.accounts.events import (
    AddressGiven,
    AddressLeft,
    PeopleMerged,
    PersonAnonymised,
    PersonDeactivated,
    PersonInvited,
    RoleChanged,
    SecondFactorDemanded,
)
from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.events import on, publish
from helpdesk.identity.events import LinkRequested
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.provider_sign_in import disconnect
from helpdesk.identity.operations.second_factors import forget_factors
from helpdesk.identity.operations.sessions import end_sessions
from helpdesk.identity.operations.tokens import forget_tokens_for, forget_tokens_of, revoke
from helpdesk.identity.queries import without_second_factor


@on(PersonInvited)
def send_an_invitation(event: PersonInvited) -> None:
    publish(LinkRequested(TokenPurpose.INVITATION, event.person, event.address))


@on(AddressGiven)
def ask_whose_address_it_is(event: AddressGiven) -> None:
    publish(LinkRequested(TokenPurpose.CONFIRM_ADDRESS, event.person, event.address))


@on(PersonDeactivated)
def lock_them_out(event: PersonDeactivated) -> None:
    end_sessions(event.person)
    revoke(event.person)


@on(RoleChanged)
def let_them_sign_in_anew(event: RoleChanged) -> None:
    end_sessions(event.person)


@on(SecondFactorDemanded)
def let_who_has_none_sign_in_anew(event: SecondFactorDemanded) -> None:
    """They set one up as they come in."""
    for person in db.session.scalars(without_second_factor().where(User.role_id == event.role.id)):
        end_sessions(person)


@on(PeopleMerged)
def forget_second_factors_of_the_merged_account(event: PeopleMerged) -> None:
    forget_factors(event.person)


@on(PeopleMerged)
def let_no_provider_in_as_the_merged_account(event: PeopleMerged) -> None:
    disconnect(event.person)


@on(PeopleMerged)
def end_what_the_merged_account_opened(event: PeopleMerged) -> None:
    """Whoever holds one of its sessions or links signs in anew, as the person they are now."""
    end_sessions(event.person)
    revoke(event.person)


@on(AddressLeft)
def forget_links_to_the_address(event: AddressLeft) -> None:
    forget_tokens_for(event.address)


@on(PersonAnonymised)
def forget_how_they_came_in(event: PersonAnonymised) -> None:
    end_sessions(event.person)
    forget_tokens_of(event.person)
    forget_factors(event.person)
    disconnect(event.person)
