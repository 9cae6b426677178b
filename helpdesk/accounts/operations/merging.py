"""Two accounts that are one person become one account."""

from sqlalchemy import select

from helpdesk.accounts.events import PeopleMerged
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations import locking
from helpdesk.accounts.operations.touching import refuse_to_touch
from helpdesk.audit import acts
from helpdesk.audit.bulk import bulk_update
from helpdesk.audit.models import AuditAction
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, Refused
from helpdesk.core.events import publish


class NotMergeable(Refused):
    """Two accounts that cannot be one."""


class MergedAlready(Conflict):
    """One of the two became somebody else meanwhile."""


def merge_people(person: User, *, into: User, by: User) -> None:
    """All that was `person`'s is `into`'s from now on: addresses, tickets, words. Cannot be undone.

    `into` keeps name, password, primary address and organization, and gets what it lacked of them but the password.
    `person` is deactivated and only leads to `into`. Whatever stands on higher floors (tickets, sessions, mail) moves
    with PeopleMerged. Raises Untouchable, NotMergeable for staff or one and the same, MergedAlready.
    """
    person, into = _locked(person, into)
    refuse_to_merge(person, into=into)
    emails = _move_addresses(person, into=into)
    into.full_name = into.full_name or person.full_name
    person.full_name = person.full_name or next(iter(emails), "")  # the trail has to call them something
    into.notes = "\n\n".join(filter(None, (into.notes, person.notes)))
    into.locale, into.time_zone = into.locale or person.locale, into.time_zone or person.time_zone
    if into.organization_id is None:
        into.organization_id = person.organization_id
        into.organization_role = person.organization_role
    person.is_active, person.merged_into_id = False, into.id
    # those merged into them before: one step from any old page to who it is now
    bulk_update(User, User.merged_into_id == person.id, lambda _row: {"merged_into_id": into.id})
    acts.record("users", into.id, AuditAction.UPDATE, {"merged_from": [None, person.id]})
    publish(PeopleMerged(person, into=into, by=by))
    for each in (person, into):
        db.session.refresh(each)  # addresses, and what is read through them


def refuse_to_merge(person: User, *, into: User) -> None:
    """Raise what stands in the way, with the reason."""
    for each in (person, into):
        if each.merged_into_id is not None:
            raise MergedAlready(
                f"{each.name} was merged into somebody else meanwhile. Open their page again."
            )
        refuse_to_touch(each)
        if each.is_staff:
            raise NotMergeable(
                f"{each.name} works here. Only customers are merged: make them a customer first, or deactivate them."
            )
    if person.id == into.id:
        raise NotMergeable("This is one account already. Choose another person.")


def _locked(person: User, into: User) -> tuple[User, User]:
    """Both, read afresh: nobody changes rights, and nobody opens a ticket for either, until this is done."""
    locking.lock(person)
    both = select(User).where(User.id.in_([person.id, into.id])).order_by(User.id).with_for_update(of=User)
    found = {
        each.id: each for each in db.session.scalars(both, execution_options={"populate_existing": True})
    }
    return found[person.id], found[into.id]


def _move_addresses(person: User, *, into: User) -> list[str]:
    """All addresses with their marks; the primary one stays where there is one. Returns them, the old primary first."""
    theirs = select(EmailAddress).where(EmailAddress.user_id == person.id)
    moved = db.session.scalars(theirs.order_by(EmailAddress.is_primary.desc(), EmailAddress.id)).all()
    has_primary = into.email is not None
    for address in moved:
        address.user_id = into.id
        address.is_primary = address.is_primary and not has_primary
    db.session.flush()
    return [address.email for address in moved]
