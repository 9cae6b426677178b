"""Companies and households: made, described, opened to their people, dissolved."""

from collections.abc import Iterable

from sqlalchemy import Text, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from helpdesk.accounts.domains import BadDomain, clean_domains
from helpdesk.accounts.events import OrganizationDissolved
from helpdesk.accounts.models import Organization, Sharing, User
from helpdesk.accounts.operations.naming import clean_label, refuse_second
from helpdesk.audit.bulk import Values, bulk_delete, bulk_update
from helpdesk.core.db import db
from helpdesk.core.events import publish


class DomainTaken(BadDomain):
    """Another organization has this domain."""


def create_organization(
    *, name: str, domains: Iterable[str], sharing: Sharing = Sharing.NONE, by: User
) -> Organization:
    """Raises BadName, NameTaken, BadDomain, DomainTaken."""
    organization = Organization(name=clean_label(name), domains=clean_domains(list(domains)), sharing=sharing)
    _refuse_double_domains(organization.domains)
    refuse_second(Organization, organization.name)
    db.session.add(organization)
    db.session.flush()
    return organization


def change_organization(organization: Organization, *, name: str, domains: Iterable[str], by: User) -> None:
    """Who joined by a domain that goes stays. Raises BadName, NameTaken, BadDomain, DomainTaken."""
    name, kept = clean_label(name), clean_domains(list(domains))
    db.session.refresh(organization, with_for_update=True)
    _refuse_double_domains(kept, beside=organization.id)
    refuse_second(Organization, name, beside=organization.id)
    organization.name = name
    if organization.domains != kept:
        organization.domains = kept
    db.session.flush()


def share(organization: Organization, *, sharing: Sharing, by: User) -> None:
    """Say who of its people sees the requests of the others, those of the past included."""
    db.session.refresh(organization, with_for_update=True)
    organization.sharing = sharing
    db.session.flush()


def dissolve_organization(organization: Organization, *, by: User) -> None:
    """Its people and their tickets stay and belong to no organization; each change is audited. Cannot be undone."""
    db.session.refresh(organization, with_for_update=True)

    def let_go(row: Values) -> Values:
        left = {"organization_id": None, "organization_role": None}
        invited = {"invited_to_id": None} if row["invited_to_id"] == organization.id else {}
        return {**(left if row["organization_id"] == organization.id else {}), **invited}

    belonging = or_(User.organization_id == organization.id, User.invited_to_id == organization.id)
    bulk_update(User, belonging, let_go)
    publish(OrganizationDissolved(organization, by=by))
    bulk_delete(Organization, Organization.id == organization.id)


def _refuse_double_domains(domains: list[str], *, beside: int | None = None) -> None:
    """One change of domains at a time: nobody's address leads into two organizations."""
    if not domains:
        return
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("domains of organizations"))))
    others = select(Organization).where(
        Organization.domains.overlap(literal(domains, ARRAY(Text))), Organization.id != (beside or 0)
    )
    other = db.session.scalars(others.order_by(Organization.id).limit(1)).one_or_none()
    if other is not None:
        shared = next(each for each in domains if each in other.domains)
        raise DomainTaken(f"{shared} belongs to {other.name} already. Remove it there first.")
