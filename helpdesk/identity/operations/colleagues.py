"""A manager asks people to join the organization: nobody belongs to it before they have said yes themselves."""

from sqlalchemy import select

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.events import ColleagueInvited, PersonInvited
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.finding import known_person
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.accounts.policy import can_manage_colleagues
from helpdesk.core.db import db
from helpdesk.core.errors import Refused, Unwelcome
from helpdesk.core.events import publish
from helpdesk.identity.limits import claim_named_address


class NotAColleague(Unwelcome):
    """Somebody who cannot be asked to join."""

    status = 422


def invite_colleague(*, email: str, full_name: str, by: User) -> User:
    """Ask whoever has this address to join the organization of `by`; a new customer where nobody has it.

    Raises NotAnAddress, BadName, NotAColleague, Refused, and TooMany for who invites many.
    """
    _refuse_others(by)
    claim_named_address(by)
    person = known_person(email)
    if person is None:
        person = add_customer(email=email, full_name=full_name).user
    else:
        _refuse_who_cannot_join(person, email=email, by=by)
    person.invited_to_id = by.organization_id
    db.session.flush()
    _tell(person, email=email, by=by)
    return person


def remind_colleague(person: User, *, by: User) -> None:
    """Write once more to somebody who has not answered. Raises Refused and TooMany."""
    _refuse_others(by)
    claim_named_address(by)
    if _is_invited(person, by=by) and person.email:
        _tell(person, email=person.email, by=by)


def withdraw_invitation(person: User, *, by: User) -> None:
    """Take an invitation back that was not answered yet. Raises Refused."""
    _refuse_others(by)
    if _is_invited(person, by=by):
        person.invited_to_id = None
        db.session.flush()


def _is_invited(person: User, *, by: User) -> bool:
    return person.organization_id is None and person.invited_to_id == by.organization_id


def _refuse_others(by: User) -> None:
    if not can_manage_colleagues(by):
        raise Refused("Only managers of an organization invite colleagues.")


def _refuse_who_cannot_join(person: User, *, email: str, by: User) -> None:
    """One sentence for staff, for who left and for who belongs elsewhere: it tells nobody which of them this is."""
    if not person.is_staff and person.is_active and person.organization_id == by.organization_id:
        raise NotAColleague(f"{email.strip()} belongs to your organization already.")
    if (
        person.is_staff
        or not person.is_active
        or person.anonymised_at is not None
        or person.organization_id is not None
    ):
        raise NotAColleague(f"{email.strip()} cannot be invited. Write to us if they should belong to you.")


def _tell(person: User, *, email: str, by: User) -> None:
    """Who never proved the address is asked to do that as well; with it they come in for the first time."""
    key = EmailAddress.email_key == email_key(email)
    address = db.session.scalars(select(EmailAddress).where(key)).one()
    if address.verified_at is None:
        publish(PersonInvited(person, address, by=by))
    else:
        publish(ColleagueInvited(person, address, by=by))
