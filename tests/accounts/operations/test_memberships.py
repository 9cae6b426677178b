"""Belonging to an organization: by an administrator's word, or by the domain of a confirmed address."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.events import AddressConfirmed
from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, Sharing, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.memberships import (
    NoMember,
    change_standing,
    could_join,
    join,
    leave,
    let_join,
)
from helpdesk.accounts.operations.organizations import create_organization
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.events import publish

Newcomer = Callable[..., User]


@pytest.fixture
def tamsel(work: Session, ada: User) -> Organization:
    return create_organization(name="Tamsel", domains=["tamsel.example", "tamsel.test"], by=ada)


@pytest.fixture
def newcomer(work: Session) -> Newcomer:
    """`newcomer("nina@tamsel.example")` has just confirmed the address, and everybody has heard."""

    def come(email: str, *, is_told: bool = True) -> User:
        address = add_customer(email=email, full_name="")
        address.verified_at = clock.now()
        work.flush()
        if is_told:
            publish(AddressConfirmed(address.user, address))
        return address.user

    return come


def test_a_member_of_one_becomes_one_of_another(
    work: Session, ada: User, carl: User, tamsel: Organization
) -> None:
    join(carl, organization=tamsel, role=OrganizationRole.MANAGER, by=ada)

    assert (carl.organization_id, carl.organization_role) == (tamsel.id, OrganizationRole.MANAGER)


def test_staff_belong_to_no_organization(work: Session, ada: User, ana: User, tamsel: Organization) -> None:
    with pytest.raises(NoMember, match="Ana Agent works here"):
        join(ana, organization=tamsel, by=ada)


def test_what_is_shared_follows_the_standing(
    work: Session, ada: User, olga: User, tamsel: Organization
) -> None:
    tamsel.sharing = Sharing.MANAGERS
    join(olga, organization=tamsel, by=ada)
    assert olga.shared_organization_id is None

    change_standing(olga, organization=tamsel, role=OrganizationRole.MANAGER, by=ada)
    assert olga.shared_organization_id == tamsel.id

    leave(olga, organization=tamsel, by=ada)
    assert (olga.organization_id, olga.organization_role, olga.shared_organization_id) == (None, None, None)


def test_nobody_leaves_or_rises_where_they_do_not_belong(
    work: Session, ada: User, carl: User, tamsel: Organization
) -> None:
    with pytest.raises(NoMember):
        leave(carl, organization=tamsel, by=ada)
    with pytest.raises(NoMember):
        change_standing(carl, organization=tamsel, role=OrganizationRole.MANAGER, by=ada)


@pytest.mark.parametrize("email", ["nina@tamsel.example", "NINA@Tamsel.TEST"])
def test_a_confirmed_address_of_a_domain_joins(
    work: Session, tamsel: Organization, newcomer: Newcomer, email: str
) -> None:
    nina = newcomer(email)

    assert (nina.organization_id, nina.organization_role) == (tamsel.id, OrganizationRole.MEMBER)
    work.commit()
    changes = work.scalars(
        select(AuditLog.changes).where(AuditLog.table_name == "users", AuditLog.record_id == nina.id)
    )
    assert any("organization_id" in each for each in changes)


@pytest.mark.parametrize(
    "email", ["nina@sub.tamsel.example", "nina@nottamsel.example", "tamsel.example@else.example"]
)
def test_a_similar_domain_does_not(
    work: Session, tamsel: Organization, newcomer: Newcomer, email: str
) -> None:
    assert newcomer(email).organization_id is None


def test_an_address_that_is_not_confirmed_does_not(work: Session, tamsel: Organization) -> None:
    address = add_customer(email="nina@tamsel.example", full_name="")

    publish(AddressConfirmed(address.user, address))

    assert address.user.organization_id is None


def test_a_mail_provider_joins_nobody_whatever_the_database_says(
    work: Session, tamsel: Organization, newcomer: Newcomer
) -> None:
    tamsel.domains = ["gmail.com"]

    assert newcomer("nina@gmail.com").organization_id is None
    assert work.scalars(select(User).where(could_join(tamsel.domains))).all() == []


def test_nobody_is_moved_from_another_organization_and_staff_stay_out(
    work: Session, ana: User, carl: User, tamsel: Organization
) -> None:
    was = carl.organization_id
    for person in (ana, carl):
        address = EmailAddress(
            email=f"{person.id}@tamsel.example",
            email_key=f"{person.id}@tamsel.example",
            user_id=person.id,
            is_primary=False,
            verified_at=clock.now(),
        )
        work.add(address)
        work.flush()
        publish(AddressConfirmed(person, address))

    assert (carl.organization_id, ana.organization_id) == (was, None)


def test_those_who_could_join_do_in_one_step_each_audited(
    work: Session, ada: User, newcomer: Newcomer
) -> None:
    nina, nora, gone = (newcomer(f"{name}@late.example", is_told=False) for name in ("nina", "nora", "gone"))
    deactivate(gone, by=ada)
    add_customer(email="unproven@late.example", full_name="")
    late = create_organization(name="Late", domains=["late.example"], by=ada)
    work.commit()

    assert let_join(late, by=ada) == 2
    work.commit()

    assert set(work.scalars(select(User.id).where(User.organization_id == late.id))) == {nina.id, nora.id}
    told = work.scalars(select(AuditLog.record_id).where(AuditLog.changes.has_key("organization_id")))
    assert {nina.id, nora.id} <= set(told)
    assert let_join(late, by=ada) == 0
