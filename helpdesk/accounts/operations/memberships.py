"""Who belongs to which organization: by an administrator's word, or by the domain of a confirmed address."""

from sqlalchemy import ColumnElement, Text, any_, exists, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from helpdesk.accounts.domains import PUBLIC, domain_of
from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, User
from helpdesk.accounts.operations.touching import refuse_to_touch
from helpdesk.audit.bulk import bulk_update
from helpdesk.core.db import db
from helpdesk.core.errors import Refused


class NoMember(Refused):
    """Somebody who can belong to no organization, or does not belong to this one."""


def join(
    person: User,
    *,
    organization: Organization,
    role: OrganizationRole = OrganizationRole.MEMBER,
    by: User,
) -> None:
    """Belong to it from now on, and to no other one. Raises Untouchable, and NoMember for who works here.

    Tickets keep the organization they were opened in.
    """
    person = _afresh(person)
    refuse_to_touch(person)
    if person.is_staff:
        raise NoMember(f"{person.name} works here. Only customers belong to an organization.")
    person.organization_id, person.organization_role = organization.id, role
    person.invited_to_id = None  # whoever else asked them has an answer
    db.session.flush()
    db.session.refresh(person)  # what an organization shares is read with the person


def leave(person: User, *, organization: Organization, by: User) -> None:
    """Belong to no organization any more. Raises NoMember."""
    person = _member(person, organization)
    person.organization_id = person.organization_role = None
    db.session.flush()
    db.session.refresh(person)


def change_standing(person: User, *, organization: Organization, role: OrganizationRole, by: User) -> None:
    """Make a member a manager, or the other way round. Raises NoMember."""
    _member(person, organization).organization_role = role
    db.session.flush()
    db.session.refresh(person)


def join_by_domain(person: User, address: EmailAddress) -> Organization | None:
    """Join the organization whose domain the confirmed address has; returns it. Nobody is moved from another one."""
    holds_it = literal(domain_of(address.email_key)) == any_(Organization.domains)
    organization = db.session.scalars(select(Organization).where(holds_it).limit(1)).one_or_none()
    if organization is None:
        return None
    person = _afresh(person)
    if not db.session.scalar(select(exists().where(User.id == person.id, could_join(organization.domains)))):
        return None
    join(person, organization=organization, by=person)
    return organization


def let_join(organization: Organization, *, by: User) -> int:
    """Everybody who could join by a confirmed address does, in one audited step. Returns how many there were."""
    joining = {"organization_id": organization.id, "organization_role": OrganizationRole.MEMBER}
    return len(bulk_update(User, could_join(organization.domains), lambda _row: joining))


def could_join(domains: list[str]) -> ColumnElement[bool]:
    """Customers of no organization with a confirmed address in one of these domains."""
    welcome = [each for each in domains if each not in PUBLIC]
    theirs = func.split_part(EmailAddress.email_key, "@", 2) == any_(literal(welcome, ARRAY(Text)))
    has_one = exists().where(EmailAddress.user_id == User.id, EmailAddress.verified_at.is_not(None), theirs)
    free = User.organization_id.is_(None) & User.is_active & ~User.is_staff & ~User.is_system
    return free & User.anonymised_at.is_(None) & User.merged_into_id.is_(None) & has_one


def _member(person: User, organization: Organization) -> User:
    person = _afresh(person)
    if person.organization_id != organization.id:
        raise NoMember(f"{person.name} does not belong to {organization.name}.")
    return person


def _afresh(person: User) -> User:
    db.session.flush()
    row = select(User).where(User.id == person.id).with_for_update(of=User)
    return db.session.scalars(row, execution_options={"populate_existing": True}).one()
