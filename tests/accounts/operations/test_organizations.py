"""Organizations: made, described, opened to their people, dissolved; each step audited."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.domains import BadDomain
from helpdesk.accounts.models import Organization, OrganizationRole, Sharing, User
from helpdesk.accounts.names import BadName
from helpdesk.accounts.operations.naming import NameTaken
from helpdesk.accounts.operations.organizations import (
    DomainTaken,
    change_organization,
    create_organization,
    dissolve_organization,
    share,
)
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import delete, open_ticket


@pytest.fixture
def customer_inc(work: Session) -> Organization:
    return work.scalars(select(Organization)).one()


def test_domains_are_kept_as_they_are_compared(work: Session, ada: User) -> None:
    made = create_organization(
        name="  Tamsel  Logistics ", domains=["@Tamsel.EXAMPLE", "tamsel.example", "mäx.example."], by=ada
    )

    assert made.name == "Tamsel Logistics"
    assert made.domains == ["tamsel.example", "xn--mx-via.example"]
    assert made.sharing is Sharing.NONE


@pytest.mark.parametrize("domain", ["nonsense", "a b.example", "x@y.example", "-.example", "exa\x00mple.org"])
def test_what_is_no_domain_is_named(work: Session, ada: User, domain: str) -> None:
    with pytest.raises(BadDomain, match="is not a domain"):
        create_organization(name="Tamsel", domains=[domain], by=ada)


@pytest.mark.parametrize("domain", ["gmail.com", "GMX.de", "outlook.com", "proton.me"])
def test_a_mail_provider_belongs_to_nobody(work: Session, ada: User, domain: str) -> None:
    with pytest.raises(BadDomain, match="Anybody can get an address"):
        create_organization(name="Tamsel", domains=[domain], by=ada)


def test_a_domain_leads_to_one_organization(work: Session, ada: User, customer_inc: Organization) -> None:
    with pytest.raises(DomainTaken, match=r"customer\.example belongs to Customer Inc already"):
        create_organization(name="Tamsel", domains=["tamsel.example", "Customer.example"], by=ada)

    change_organization(
        customer_inc, name="Customer Inc", domains=["customer.example", "other.example"], by=ada
    )
    assert customer_inc.domains == ["customer.example", "other.example"]


@pytest.mark.parametrize("name, refusal", [("", BadName), ("x" * 201, BadName), ("customer inc", NameTaken)])
def test_a_name_is_there_and_given_once(
    work: Session, ada: User, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        create_organization(name=name, domains=[], by=ada)


def test_its_own_name_is_no_second_one(work: Session, ada: User, customer_inc: Organization) -> None:
    change_organization(customer_inc, name="CUSTOMER Inc", domains=[], by=ada)

    assert (customer_inc.name, customer_inc.domains) == ("CUSTOMER Inc", [])


def test_sharing_is_audited(work: Session, ada: User, customer_inc: Organization) -> None:
    share(customer_inc, sharing=Sharing.MANAGERS, by=ada)
    work.commit()

    (row,) = work.scalars(
        select(AuditLog).where(AuditLog.table_name == "organizations", AuditLog.action == AuditAction.UPDATE)
    )
    assert row.changes == {"sharing": ["none", "managers"]}


def test_dissolved_its_people_and_tickets_stay_without_it(
    work: Session, ada: User, carl: User, cora: User, customer_inc: Organization
) -> None:
    cora.organization_role = OrganizationRole.MANAGER
    first, second = (open_ticket(requester=carl, by=carl, title=title, description="x") for title in "ab")
    delete(second, by=ada)
    assert first.organization_id == customer_inc.id
    work.commit()

    dissolve_organization(customer_inc, by=ada)
    work.commit()

    assert work.scalars(select(Organization)).all() == []
    assert set(work.execute(select(User.organization_id, User.organization_role))) == {(None, None)}
    assert set(work.scalars(select(Ticket.organization_id))) == {None}
    told = work.execute(
        select(AuditLog.table_name, AuditLog.record_id).where(AuditLog.changes.has_key("organization_id"))
    )
    assert {("users", carl.id), ("users", cora.id), ("tickets", first.id), ("tickets", second.id)} <= {
        (table, record_id) for table, record_id in told
    }
    (gone,) = work.scalars(
        select(AuditLog).where(AuditLog.table_name == "organizations", AuditLog.action == AuditAction.DELETE)
    )
    assert gone.changes["name"] == ["Customer Inc", None]
